"""The secret key of an installation that was given none."""

import os
import secrets
from pathlib import Path


def load_or_make_secret(path: Path) -> str:
    """The key in `path`; made once if there is none, also when several processes start at the same moment."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)  # fails if another process was first, and never shows half a key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
