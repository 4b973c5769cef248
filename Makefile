# SPDX-License-Identifier: GPL-2.0-only
#
# The two commands of the README, and the steps that they are made of. What is
# built goes to BUILD (build/ in the checkout).

BUILD	?= $(CURDIR)/build
export BUILD

.PHONY: help run check quick check-deep coverage kernel tools image install deb clean

help:
	@echo 'make run                boot an enforcing Debian system and show it at work'
	@echo 'make run INTERACTIVE=1  leave me in a shell of that system'
	@echo 'make check              run all tests (half an hour)'
	@echo 'make quick              run those that the last change concerns (a minute)'
	@echo 'make check-deep         run what takes long (hours)'
	@echo 'make coverage           tell which lines the tests reach'
	@echo 'make kernel             build the kernel with the LSM'
	@echo 'make tools              build vxsign and vxload'
	@echo 'make image              make the signed Debian image'
	@echo 'make install            install the tools: [DESTDIR=...] [PREFIX=/usr]'
	@echo 'make deb                build the Debian packages'
	@echo 'make clean              remove all that was built'
	@echo
	@echo 'Missing packages are installed. All is built in $(BUILD).'

run:
	scripts/demo $(if $(INTERACTIVE),--interactive)

check:
	scripts/check

quick:
	scripts/quick

check-deep:
	scripts/check --tier deep

coverage:
	scripts/coverage

kernel:
	scripts/build-kernel

tools:
	scripts/build-tools

image:
	scripts/image

install:
	$(MAKE) -C tools O='$(BUILD)/tools' install

deb:
	scripts/deb

clean:
	rm -rf '$(BUILD)'
