# Everything a person does with this repository. `make help` lists it.
SWIFT ?= swift
BUILD_FLAGS ?= --explicit-target-dependency-import-check error
PREFIX ?= /usr/local
DESTDIR ?=
HTTP ?= 127.0.0.1:8480

RUN_PACKAGES = libusb-1.0-0-dev libsqlite3-dev libxkbcommon-dev libzint-dev zlib1g-dev xkb-data pkg-config
TEST_PACKAGES = $(RUN_PACKAGES) umockdev libumockdev-dev systemd udev python3 python3-venv openssl curl ca-certificates zbar-tools librsvg2-bin
BROWSER_PACKAGES = chromium chromium-driver fonts-dejavu-core
VENV = .build/venv
REQUIREMENTS = Tests/Clients/requirements.txt

# apt-get only where something is missing; sudo only where we are not root.
define install_packages
@missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
if [ -n "$$missing" ]; then \
	echo "==> installing Debian packages:" $$missing; \
	SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$SUDO apt-get update -q && \
	$$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
else \
	echo "==> Debian packages are installed"; \
fi
endef

# The stamp says which requirements, under which Python, are in the virtual environment.
define install_clients
@wanted="$$( { python3 --version; cat $(REQUIREMENTS); } | sha256sum | cut -c1-64 )"; \
if [ "$$(cat $(VENV)/stamp 2>/dev/null)" = "$$wanted" ]; then \
	echo "==> Python clients are installed in $(VENV)"; \
else \
	echo "==> installing Python clients into $(VENV)"; \
	rm -rf $(VENV) && python3 -m venv $(VENV) \
		&& $(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps -r $(REQUIREMENTS) \
		&& $(VENV)/bin/pip check --quiet --disable-pip-version-check \
		&& echo "$$wanted" > $(VENV)/stamp \
		|| { echo "make: the Python clients of $(REQUIREMENTS) cannot be installed; they come from PyPI, so is it reachable?" >&2; exit 1; }; \
fi
endef

MINUTES ?= 10
FUZZ_SECONDS ?= 60
# Optimised, as a reader that is slow finds little; the flags reach every module, the program is the only one linked.
FUZZ_BUILD = DEPOT_FUZZ=1 $(SWIFT) build -c release --scratch-path .build-fuzz --product depot-fuzz \
	-Xswiftc -enable-testing -Xswiftc -sanitize=address,fuzzer

.PHONY: help demo test run build bench soak fuzz test-sanitizers docs reference screenshots format lint install packages \
	test-packages browser-packages clients clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: test-packages ## a counter session over virtual USB scanners; DEMO_ONCE=1 ends after it
	@echo "==> building (several minutes the first time)"
	@$(SWIFT) build $(BUILD_FLAGS)
	@echo "==> playing a counter session"
	@exec "$$($(SWIFT) build $(BUILD_FLAGS) --show-bin-path)/depot-demo" --http $(HTTP) $(if $(filter 1,$(DEMO_ONCE)),--once)

test: test-packages browser-packages clients ## every test
	@echo "==> building programs and tests (several minutes the first time)"
	@$(SWIFT) build $(BUILD_FLAGS) --build-tests
	@echo "==> testing"
	@$(SWIFT) test $(BUILD_FLAGS) --skip-build --parallel --num-workers 2

run: packages ## the daemon on this machine's scanners, everything under ./.depot
	@$(SWIFT) build $(BUILD_FLAGS) --product depotd
	@$(SWIFT) build $(BUILD_FLAGS) --product depotctl
	@echo "==> socket ./.depot/depotd.sock, screen http://$(HTTP)/, Ctrl-C stops"
	@exec "$$($(SWIFT) build $(BUILD_FLAGS) --show-bin-path)/depotd" --state-dir .depot --http $(HTTP)

build: packages ## depotd and depotctl, optimised
	@$(SWIFT) build -c release --product depotd
	@$(SWIFT) build -c release --product depotctl

bench: test-packages ## the figures of this machine against their limits; never fails a build
	@echo "==> building optimised (several minutes the first time)"
	@$(SWIFT) build -c release
	@exec "$$($(SWIFT) build -c release --show-bin-path)/depot-bench"

soak: test-packages ## everything at once for MINUTES=10: memory and descriptors before, meanwhile and after
	@echo "==> building optimised (several minutes the first time)"
	@$(SWIFT) build -c release
	@exec "$$($(SWIFT) build -c release --show-bin-path)/depot-bench" --soak $(MINUTES)

fuzz: test-packages ## every reader of bytes from outside under libFuzzer, each FUZZ_SECONDS=60; ENTRY=json only one
	@echo "==> building instrumented (several minutes the first time)"
	@$(FUZZ_BUILD)
	@set -e; export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no; fuzzer="$$($(FUZZ_BUILD) --show-bin-path)/depot-fuzz"; \
	for entry in $(or $(ENTRY),$$("$$fuzzer")); do \
		echo "==> $$entry"; mkdir -p .build-fuzz/corpus/$$entry .build-fuzz/findings; \
		"$$fuzzer" $$entry .build-fuzz/corpus/$$entry -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=4096 \
			-detect_leaks=0 -verbosity=0 -print_final_stats=1 -artifact_prefix=.build-fuzz/findings/$$entry-; \
	done

# ThreadSanitizer does not see the locks of Synchronization.Mutex where threads wait for one (Swift 6.3.1: every such Mutex
# is a race to it), so that it says something only of what is behind pthread mutexes: the threads of the scanners.
test-sanitizers: test-packages clients ## the scanners' tests under ThreadSanitizer, every test under AddressSanitizer
	@echo "==> ThreadSanitizer: building (a whole build)"
	@TSAN_OPTIONS=halt_on_error=1 $(SWIFT) test $(BUILD_FLAGS) --scratch-path .build-thread --sanitize thread \
		--filter ScannerUSBTests
	@echo "==> AddressSanitizer: building (a whole build)"
	@ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test $(BUILD_FLAGS) --scratch-path .build-address --sanitize address

reference: test-packages ## write what the programs make of docs/configuration.md, docs/dialects.md and docs/sheets.md
	@$(SWIFT) build $(BUILD_FLAGS) --build-tests
	@DEPOT_WRITE_DOCS=1 $(SWIFT) test $(BUILD_FLAGS) --skip-build --filter 'theConfigurationReferenceIsTheProgramsOwn|SeedTests|theTableInTheDocumentationIsTheirs'

screenshots: test-packages browser-packages clients ## pictures of the counter screen in every size, into .build/screenshots
	@$(SWIFT) build $(BUILD_FLAGS) --build-tests
	@DEPOT_SCREENSHOTS="$(CURDIR)/.build/screenshots" $(SWIFT) test $(BUILD_FLAGS) --skip-build --filter BrowserTests
	@echo "==> .build/screenshots has them"

docs: packages ## the documentation of the modules as a site, into .build/docs
	@$(SWIFT) package dump-symbol-graph --minimum-access-level package --skip-synthesized-members > /dev/null
	@set -e; graphs="$$(dirname "$$($(SWIFT) build --show-bin-path)")/symbolgraph"; \
	rm -rf .build/docs .build/doccarchives; mkdir -p .build/doccarchives; \
	for catalog in Sources/*/*.docc; do module="$$(basename "$$catalog" .docc)"; \
		mkdir ".build/doccarchives/$$module"; \
		if [ -e "$$graphs/$$module.symbols.json" ]; then cp "$$graphs/$$module.symbols.json" ".build/doccarchives/$$module/"; fi; \
		docc convert "$$catalog" --additional-symbol-graph-dir ".build/doccarchives/$$module" \
			--fallback-display-name "$$module" --fallback-bundle-identifier "depotd.$$module" --warnings-as-errors \
			--disable-parameters-and-returns-validation --output-path ".build/doccarchives/$$module.doccarchive" > /dev/null; \
	done; \
	docc merge .build/doccarchives/*.doccarchive --synthesized-landing-page-name depotd --output-path .build/docs > /dev/null; \
	echo "==> python3 -m http.server -d .build/docs shows them at http://127.0.0.1:8000/documentation/"

format: ## rewrite the sources in the house format
	@$(SWIFT) format -i -r -p Package.swift Sources Tests Benchmarks

lint: ## check the format
	@$(SWIFT) format lint --strict -r -p Package.swift Sources Tests Benchmarks

install: build ## install into DESTDIR/PREFIX: programs, unit, udev rule, users, configuration, completions
	@bin="$$($(SWIFT) build -c release --show-bin-path)"; set -e; \
	install -D -m 0755 "$$bin/depotd" "$(DESTDIR)$(PREFIX)/libexec/depotd"; \
	install -D -m 0755 "$$bin/depotctl" "$(DESTDIR)$(PREFIX)/bin/depotctl"; \
	install -d "$(DESTDIR)$(PREFIX)/lib/systemd/system"; \
	sed "s|/usr/libexec/depotd|$(PREFIX)/libexec/depotd|" systemd/depotd.service > "$(DESTDIR)$(PREFIX)/lib/systemd/system/depotd.service"; \
	install -D -m 0644 systemd/depotd.sysusers "$(DESTDIR)$(PREFIX)/lib/sysusers.d/depotd.conf"; \
	install -D -m 0644 systemd/depotd.tmpfiles "$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/depotd.conf"; \
	install -D -m 0644 udev/60-depotd.rules "$(DESTDIR)$(PREFIX)/lib/udev/rules.d/60-depotd.rules"; \
	if [ ! -e "$(DESTDIR)/etc/depotd/depotd.yaml" ]; then \
		install -d "$(DESTDIR)/etc/depotd"; "$$bin/depotd" --config-reference > "$(DESTDIR)/etc/depotd/depotd.yaml"; fi; \
	install -d "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
		"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"; \
	"$$bin/depotctl" --generate-completion-script bash > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/depotctl"; \
	"$$bin/depotctl" --generate-completion-script zsh > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_depotctl"; \
	"$$bin/depotctl" --generate-completion-script fish > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/depotctl.fish"; \
	echo "==> installed under $(DESTDIR)$(PREFIX); next: systemd-sysusers && systemctl enable --now depotd"

packages:
	$(call install_packages,$(RUN_PACKAGES))

test-packages:
	$(call install_packages,$(TEST_PACKAGES))

browser-packages:
	$(call install_packages,$(BROWSER_PACKAGES))

clients: test-packages ## the Python clients that the tests run, into .build/venv
	$(call install_clients)

clean: ## remove what was built and the demo's files
	@rm -rf .build .build-fuzz .build-thread .build-address .depot
