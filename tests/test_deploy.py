"""compose.yaml, the Dockerfile and the systemd unit: what in them must be in step with the code, and with each other."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from config import body_limit, serving
from gateway.wire import Limits

ROOT = Path(__file__).parent.parent
NGINX = (ROOT / "deploy" / "nginx.conf.template").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()
UNIT = (ROOT / "deploy" / "modelry.service").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
ENDING = settings.DRAIN_SECONDS + serving.LAST_WORDS  # seconds that a process may take


def test_nginx_is_told_all_that_its_file_asks_for():
    asked, told = set(re.findall(r"\$\{([A-Z_0-9]+)}", NGINX)) - {"…"}, SERVICES["nginx"]["environment"]
    assert asked <= told.keys()
    assert re.fullmatch(told["NGINX_ENVSUBST_FILTER"].replace("$$", "$"), "IN_FRONT")
    assert asked == set(re.search(r"\((.*)\)", told["NGINX_ENVSUBST_FILTER"])[1].split("|"))


def test_nginx_waits_longer_than_the_site():
    limits = Limits()
    reads = list(map(int, re.findall(r"proxy_read_timeout (\d+)s", NGINX)))
    assert max(reads) > limits.total + limits.connect
    upstream = re.search(r"upstream sites \{(.*?)\n    }", NGINX, re.S)[1]
    assert int(re.search(r"keepalive_timeout (\d+)s", upstream)[1]) < serving.KEEP_ALIVE
    most = SERVICES["nginx"]["environment"]["BODY_MB"]
    assert int(re.search(r"\d+", most)[0]) * body_limit.MEGABYTE > body_limit.MOST


@pytest.mark.parametrize("seconds", [SERVICES["site-1"]["stop_grace_period"], re.search(r"TimeoutStopSec=(\d+)", UNIT)[1]])
def test_a_node_may_end_in_peace(seconds):
    assert int(seconds.rstrip("s")) > ENDING


def test_no_secret_has_a_value_here():
    example = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert example[name] == ""
        assert re.search(rf"\$\{{{name}:\?\w", COMPOSE) and f"${{{name}:-" not in COMPOSE


def test_the_image_has_all_that_the_site_needs(tmp_path):
    code, data = tmp_path / "code", tmp_path / "data"
    for name in re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.M):
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, code / name)
    env = {"DATA_DIR": str(data), "STATIC_ROOT": str(code / "collected"), "PATH": "/usr/bin:/bin"}
    for words in (["collectstatic"], ["migrate"], ["backup", str(data / "backup.tar.gz")]):
        options = ["--no-input"] if words[0] in ("collectstatic", "migrate") else []
        subprocess.run([sys.executable, "manage.py", *words, *options, "-v0"], cwd=code, env=env, check=True)
    subprocess.run([sys.executable, "-c", "import config.asgi"], cwd=code, env=env, check=True)
    assert (code / "collected" / "staticfiles.json").exists() and (data / "backup.tar.gz").exists()
