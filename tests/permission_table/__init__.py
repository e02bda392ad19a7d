"""Who may do what at which address: the whole policy as data, for tests/test_permissions.py and test_url_walk.py."""
