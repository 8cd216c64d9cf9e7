"""How the web pages are served."""

from pathlib import Path

from tests.config import processes


def test_the_server_gives_memory_back_that_a_request_needed_for_a_moment(tmp_path):
    env = processes.environment(tmp_path / "home")
    processes.bandeng("migrate", env=env)
    port = processes.free_port()
    with processes.serving(port, log=tmp_path / "log", env=env) as server:
        variables = Path(f"/proc/{server.pid}/environ").read_bytes().decode().split("\0")
        assert {"MALLOC_ARENA_MAX=1", f"MALLOC_MMAP_THRESHOLD_={256 * 1024}"} <= set(variables)
