# Everything that people and machines do with this repository. `make` alone builds the Docker image, as in the ancestor;
# `make help` lists the rest. Every target can be run again at any time and does what is left to do.
NODE ?= node
NPM ?= npm

.DEFAULT_GOAL := all
.PHONY: all help deps build compile demo demo-qemu check fix test test-unit bench soak pack clean distclean

all: docker ## Build the Docker image (the default)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: node_modules/.package-lock.json ## Install the packages that package-lock.json names, if that has changed

# npm writes this file last. No package here needs its install script.
node_modules/.package-lock.json: package-lock.json
	$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

build: deps ## Bundle the product into dist/
	$(NPM) run --silent build

compile: deps ## Compile sources, tests, demonstrations and benchmarks into build/
	node_modules/.bin/tsc

demo: build compile ## Wire two simulated routers, and feel the difference to a plain relay
	$(NODE) build/demo/main.js

demo-qemu: build compile ## Wire two real QEMU machines; installs QEMU if it is missing
	scripts/install-qemu-tools
	scripts/build-guest
	$(NODE) build/demo/qemu.js

check: deps ## Check formatting, lint rules and types
	$(NPM) run --silent check

fix: deps ## Format, and mend what the linter can mend
	$(NPM) run --silent fix

test: build ## Run every test; installs the Debian packages that they need
	$(NODE) --enable-source-maps scripts/run-tests.mjs

test-unit: build ## Run the tests that need nothing installed and take seconds
	$(NODE) --enable-source-maps scripts/run-tests.mjs unit

bench: build compile ## Compare with other relays; installs a C compiler and socat if they are missing
	scripts/install-bench-tools
	$(NODE) --enable-source-maps build/bench/run.js

soak: build compile ## Keep a BFD session up through changes, takeovers and restarts; needs root, installs what is missing
	scripts/install-soak-tools
	$(NODE) --enable-source-maps build/bench/soak/run.js

pack: deps ## Make the npm package tcpbridge-VERSION.tgz
	$(NPM) pack

clean: ## Remove what was built
	rm -rf build dist tcpbridge-*.tgz

distclean: clean ## Remove what was built and what was downloaded for it
	rm -rf node_modules .cache

-include docker.mk
