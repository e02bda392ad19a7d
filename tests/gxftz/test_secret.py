import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from gxftz.secret import load_or_make_secret


def test_load_or_make_secret_makes_it_once_and_for_the_owner_alone(tmp_path):
    path = tmp_path / "secret_key"
    first = load_or_make_secret(path)
    assert len(first) >= 50
    assert load_or_make_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_load_or_make_secret_gives_processes_that_start_together_the_same(tmp_path):
    with ProcessPoolExecutor(8, mp_context=get_context("spawn")) as pool:
        secrets = list(pool.map(load_or_make_secret, [tmp_path / "secret_key"] * 8))
    assert len(set(secrets)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
