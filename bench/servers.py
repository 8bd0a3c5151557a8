"""What is measured, each as one process on one core: our site as `make run` serves it, and its peers."""

import getpass
import importlib.machinery
import importlib.util
import os
import secrets
import shutil
import sys
from pathlib import Path
from types import ModuleType

from bench import folders
from bench.asking import ask
from bench.folders import ROOT
from bench.processes import Server

PORT = int(os.environ.get("BENCH_PORT", "8180"))  # the first of six
NGINX, SITE, UNCACHED, DATASETTE, LITELLM, GATEWAY = range(PORT, PORT + 6)
PEERS = {"datasette": ROOT / ".venv-datasette/bin/datasette", "litellm": ROOT / ".venv-litellm/bin/litellm"}
NGINX_FILE = """\
user {user};
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    types {{ text/html html; }}
    charset utf-8;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/pages;
        location / {{ gzip_static on; try_files $uri.html =404; }}
    }}
}}
"""
# No time limit cuts a facet short, so that it does the whole work that its page shows.
DATASETTE_SETTINGS = ("facet_time_limit_ms", "facet_suggest_time_limit_ms", "sql_time_limit_ms")
LITELLM_FILE = """\
model_list:
  - model_name: fake
    litellm_params: {{model: openai/fake, api_base: "http://127.0.0.1:{port}/v1", api_key: none}}
litellm_settings: {{drop_params: true, telemetry: false}}
"""
LITELLM_KEY = f"sk-{secrets.token_hex(16)}"  # it does not start without one


def site(size: int, **settings: str) -> Server:
    """By scripts/serve, as `make run` starts it. `settings` are the site's own variables."""
    command = [str(ROOT / "scripts" / "serve")]
    return Server("our site", command, SITE, folders.log("site"), **variables(folders.site(size, "served"), SITE, settings))


def process(size: int, **settings: str) -> Server:
    """The server's process of a site that is prepared, without what scripts/serve does before it."""
    return served("our site", "config.serving", size, SITE, settings)


def uncached(size: int) -> Server:
    """The site that makes every page anew."""
    return served("our site, nothing kept", "bench.uncached", size, UNCACHED, {})


def served(name: str, module: str, size: int, port: int, settings: dict[str, str]) -> Server:
    """With the options and the handling of memory that scripts/serve gives."""
    collect_static()
    folder = folders.with_static(folders.site(size, f"port-{port}"))
    command = [sys.executable, "-m", module, *script().options("127.0.0.1", port, 1)]
    return Server(name, command, port, folders.log(f"port-{port}"), **script().MEMORY, **variables(folder, port, settings))


def variables(folder: Path, port: int, settings: dict[str, str]) -> dict[str, str]:
    made = {"DATA_DIR": str(folder), "HOST": "127.0.0.1", "PORT": str(port), "SYNC_EVERY": "off", "PYTHONPATH": str(ROOT)}
    return made | settings


def collect_static() -> None:
    """As scripts/serve does, once for all servers that it does not start."""
    os.environ["DATA_DIR"] = str(folders.KEPT)
    os.chdir(ROOT)
    script().collect_static()


def script() -> ModuleType:
    """scripts/serve as a module: it has no .py at its end."""
    loader = importlib.machinery.SourceFileLoader("serve", str(ROOT / "scripts" / "serve"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("serve", loader))
    loader.exec_module(module)
    return module


def nginx(source: Server, paths: list[str]) -> Server:
    """Debian's nginx with the finished pages of `source` as files, plain and compressed: the very same bytes."""
    folder = folders.KEPT / "nginx"
    shutil.rmtree(folder, ignore_errors=True)
    for path in paths:
        keep(source, path, folder / "pages")
    file = folder / "nginx.conf"
    file.write_text(NGINX_FILE.format(user=getpass.getuser(), folder=folder, port=NGINX))
    return Server("nginx", [nginx_path(), "-c", str(file), "-p", str(folder)], NGINX, folders.log("nginx"))


def nginx_path() -> str:
    """Debian keeps it where users do not look."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""


def keep(source: Server, path: str, folder: Path) -> None:
    file = folder / f"{path.strip('/')}.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(ask(source, path).body)
    file.with_suffix(".html.gz").write_bytes(ask(source, path, Accept_Encoding="gzip").body)


def datasette(size: int) -> Server:
    """The same models in its one table; immutable, so that it counts rows once."""
    limits = [word for name in DATASETTE_SETTINGS for word in ("--setting", name, "20000")]
    command = [str(PEERS["datasette"]), "serve", "-i", str(folders.catalog(size) / folders.FLAT), *limits]
    return Server("Datasette", [*command, "-h", "127.0.0.1", "-p", str(DATASETTE)], DATASETTE, folders.log("datasette"))


def litellm(gateway: Server) -> Server:
    file = folders.KEPT / "litellm.yaml"
    file.write_text(LITELLM_FILE.format(port=gateway.port))
    command = [str(PEERS["litellm"]), "--config", str(file), "--host", "127.0.0.1", "--port", str(LITELLM), "--num_workers", "1"]
    settings = {"LITELLM_MASTER_KEY": LITELLM_KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # it fetches no price map
    return Server("LiteLLM", command, LITELLM, folders.log("litellm"), **settings)


def fake_gateway(core: int) -> Server:
    command = [sys.executable, "-m", "bench.fake_gateway", str(GATEWAY)]
    return Server("the fake gateway", command, GATEWAY, folders.log("gateway"), core=core, PYTHONPATH=str(ROOT))
