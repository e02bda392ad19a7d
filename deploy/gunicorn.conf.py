"""The web server, for every way to start it; the environment says the rest."""

from pathlib import Path

from gxftz.environment import join_address, read_number, read_text

bind = join_address(read_text("HOST", "127.0.0.1").strip("[]"), read_number("PORT", default=8000, least=1, most=65535))
worker_class = "gthread"
workers = read_number("WEB_PROCESSES", default=2, least=1, most=64)
threads = read_number("WEB_THREADS", default=4, least=1, most=64)
preload_app = True  # loaded once and shared by the processes
timeout = 60
graceful_timeout = 20
keepalive = 5
control_socket_disable = True
# The processes' signs of life are files: in memory, where a full or slow disk cannot stop them.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
