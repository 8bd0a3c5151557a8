# GNU make. Variables go in front or behind: PORT=9000 make run, make run PORT=9000. README.md lists them.
.PHONY: help run admin test test-services test-litellm fuzz soak bench bench-peers lint audit screenshots lighthouse clean

PY := .venv/bin/python
FUZZ := PYTHONPATH=tests/gateway:tests/endpoints $(PY) -m fuzz
# Without a terminal, createsuperuser takes DJANGO_SUPERUSER_USERNAME and _PASSWORD, and insists on an e-mail address.
export DJANGO_SUPERUSER_EMAIL ?= admin@localhost

help:
	@echo 'make run          serve the site at http://127.0.0.1:8000'
	@echo 'make admin        make an administrator'
	@echo 'make test         run every check; ARGS="-k name" goes to pytest'
	@echo 'make test-services  the tests in which the database matters, on PostgreSQL and Redis'
	@echo 'make test-litellm  sync and run against a real LiteLLM proxy, installed into .venv-litellm (700 MB)'
	@echo 'make fuzz         ask 10,000 odd requests, cut 20,000 streams, show 10,000 hostile texts; SEED=n repeats a run'
	@echo 'make soak         run 2,000 times against a hostile gateway: memory, open files, how soon it hangs up'
	@echo 'make lint         ruff and mypy'
	@echo 'make audit        bandit and detect-secrets'
	@echo 'make screenshots  take the pictures in docs/screenshots anew'
	@echo 'make lighthouse   measure four pages of the site at SITE (http://127.0.0.1:8000); needs npm and a network'
	@echo 'make bench        measure the site and write docs/performance.md; ONLY=pages,streams,start,rebuild QUICK=1'
	@echo 'make bench-peers  the same beside Datasette and LiteLLM proxy, installed into .venv-datasette and .venv-litellm'
	@echo 'make clean        remove .venv and caches; your data in DATA_DIR stays'

run:
	@python=$$(test -z "$(PYTHON)" && $(PY) -c 'import sys; print(sys.executable)' 2>/dev/null || scripts/find-python) && \
		exec "$$python" scripts/serve

admin:
	@scripts/install requirements.txt
	@$(PY) manage.py migrate --no-input -v0
	@$(PY) manage.py createsuperuser $(if $(DJANGO_SUPERUSER_PASSWORD),--no-input)

test: lint audit
	@scripts/test $(ARGS)

test-services:
	@scripts/test-services $(ARGS)

test-litellm: .venv-litellm/bin/litellm
	@scripts/install requirements-dev.txt
	@LITELLM=$(abspath .venv-litellm/bin/litellm) $(PY) -m pytest tests/litellm -q $(ARGS)

fuzz:
	@scripts/install requirements-dev.txt
	@$(FUZZ) requests streams pages

soak:
	@scripts/install requirements-dev.txt
	@$(FUZZ) soak

lint:
	@scripts/install requirements-dev.txt
	@$(PY) -m ruff check --quiet --output-format concise
	@$(PY) -m mypy --no-error-summary

audit:
	@scripts/install requirements-dev.txt
	@scripts/audit

screenshots:
	@scripts/install requirements-dev.txt
	@$(PY) scripts/screenshots.py

lighthouse:
	@scripts/install requirements-dev.txt
	@$(PY) scripts/lighthouse.py $(or $(SITE),http://127.0.0.1:8000) $(RUNS)

bench:
	@scripts/install requirements-dev.txt
	@$(PY) -m bench

bench-peers: .venv-datasette/bin/datasette .venv-litellm/bin/litellm
	@scripts/install requirements-dev.txt
	@$(PY) -m bench peers

.venv-datasette/bin/datasette:
	@scripts/install requirements-dev.txt
	@$(PY) -m venv .venv-datasette && .venv-datasette/bin/pip install --quiet datasette

.venv-litellm/bin/litellm:
	@scripts/install requirements-dev.txt
	@$(PY) -m venv .venv-litellm && .venv-litellm/bin/pip install --quiet 'litellm[proxy]'

clean:
	rm -rf .venv .venv-litellm .venv-datasette .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
