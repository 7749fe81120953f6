# The Docker image: build, push, test. Included by the Makefile.
# REGISTRY=registry.example.com:1234/ prefixes the name; DOCKER_BUILD_ARGS adds arguments to `docker build`,
# such as --build-arg BASE_IMAGE=... or --platform linux/arm64.
DOCKER ?= docker
REGISTRY ?=
IMAGE ?= $(REGISTRY)tcpbridge
DOCKER_BUILD_ARGS ?=
# Only those that are set: an empty one would override the proxies of Docker's own config.json.
PROXY_ARGS = $(foreach name,http_proxy https_proxy no_proxy,$(if $($(name)),--build-arg $(name)="$($(name))"))

.PHONY: docker docker-push test-docker bench-docker

docker: ## Build the image; REGISTRY=registry.example.com:1234/ prefixes its name
	$(DOCKER) build $(PROXY_ARGS) $(DOCKER_BUILD_ARGS) --tag $(IMAGE) .

docker-push: docker ## Build and push the image
	$(DOCKER) push $(IMAGE)

# Both need root, for network namespaces and an engine of their own in each.
test-docker: build ## Run the Docker tests: one host, two hosts, a Swarm; installs an engine if it is missing
	$(NODE) --enable-source-maps scripts/run-tests.mjs docker

bench-docker: build compile ## Measure the image, its start, and links on one host and across two
	scripts/install-docker-tools
	scripts/install-qemu-tools
	$(NODE) --enable-source-maps build/bench/docker.js
