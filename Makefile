# make run            Regulars with its own database, on http://127.0.0.1:8000
# make demo           a year of real purchases through a program       ARGS="--baskets 2000"
# make test           every check                                      ARGS="tests/hosting -k lock"
# make soak           90 minutes of chance, crashes and crowds         ARGS="-k till_survives"
# make peers          cases of other systems, run through ours         FILE=PATH
# make bench          how fast it is, beside pgbench on this machine   ARGS="..."
# make requirements   pins the packages anew, with hashes; afterwards make sbom
# make sbom           lists all packages with their licences
BIN = .venv/bin
ARGS =
# Python keeps what it compiled: the tests start hundreds of processes that load the same modules.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run demo test check soak peers bench setup browser requirements sbom
.DEFAULT_GOAL = run

setup:
	@scripts/setup

run: setup
	@$(BIN)/regulars up $(ARGS)

demo: setup
	@$(BIN)/regulars demo $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: browser check
	@$(BIN)/pytest -q -m alone $(ARGS) || [ $$? = 5 ]
	$(BIN)/pytest -n 2 --dist worksteal -m "not alone" $(ARGS)

# Times are measured alone; the rest runs two by two, and says each test that it has done.
SOAKED = tests/simulation tests/crash tests/stories tests/purchases tests/progress tests/ledger \
  tests/demo tests/engine/test_properties.py tests/till/test_openapi.py tests/portal/test_timing_t16.py
soak: setup
	@REGULARS_LONG=1 $(BIN)/pytest -q -rs -m alone $(SOAKED) $(ARGS) || [ $$? = 5 ]
	REGULARS_LONG=1 $(BIN)/pytest -v -rs -n 2 --dist worksteal -m "not alone" $(SOAKED) $(ARGS)

browser:
	@scripts/setup browser

peers: setup
	@$(BIN)/python -m tests.peers $(FILE)

bench:
	@scripts/setup wrk
	@$(BIN)/python -m bench $(ARGS)

requirements: setup
	@for name in base dev; do \
	  $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.12 \
	    --no-emit-index-url --no-header --no-annotate \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

sbom: setup
	@$(BIN)/python scripts/sbom.py
