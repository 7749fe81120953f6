# The Docker image: build, push, test. Included by the Makefile.
# REGISTRY=registry.example.com:1234/ prefixes the name; DOCKER_BUILD_ARGS adds arguments to `docker build`,
# such as --build-arg BASE_IMAGE=... or --platform linux/arm64.
DOCKER ?= docker
REGISTRY ?=
IMAGE ?= $(REGISTRY)tcpbridge
DOCKER_BUILD_ARGS ?=

.PHONY: docker docker-push test-docker bench-docker

docker:
	$(DOCKER) build --build-arg http_proxy="$(http_proxy)" --build-arg https_proxy="$(https_proxy)" \
	  --build-arg no_proxy="$(no_proxy)" $(DOCKER_BUILD_ARGS) --tag $(IMAGE) .

docker-push: docker
	$(DOCKER) push $(IMAGE)
