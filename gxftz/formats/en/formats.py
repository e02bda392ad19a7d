"""How English texts write dates; Django's own "Dec. 31, 2026" breaks a sentence with its full stop and comma."""

DATE_FORMAT = "j F Y"
