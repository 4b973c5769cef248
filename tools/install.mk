# SPDX-License-Identifier: GPL-2.0-only
#
# What a system gets beside the two tools: where all of it stands, for tools/Makefile
# and for the packages alike. A unit or a completion needs no line here: its file is
# enough.

SYSCONFDIR ?= /etc
LIBDIR	?= $(PREFIX)/lib
DATADIR	?= $(PREFIX)/share
UNITDIR	?= $(LIBDIR)/systemd/system
# The scripts name it, too.
OURDIR	:= $(DESTDIR)$(LIBDIR)/veriexec
DRACUT	:= $(DESTDIR)$(LIBDIR)/dracut
TOOLSHOOKS := $(DESTDIR)$(DATADIR)/initramfs-tools

# $(call copy,MODE,FOLDER,FILE...)
copy = install -d $(2) && install -m $(1) $(3) $(2)

.PHONY: install-system
install-system: all
	$(call copy,755,$(OURDIR),$(addprefix $(SRC)/systemd/,load-manifests commit-versions) \
		$(addprefix $(SRC)/initramfs/,verify-root enter-root needs) \
		$(O)/vxload.static)
	$(call copy,644,$(OURDIR),$(addprefix $(SRC)/initramfs/,functions cmdline))
	$(call copy,644,$(DESTDIR)$(UNITDIR),$(wildcard $(SRC)/systemd/*.service $(SRC)/systemd/*.timer))
	$(call copy,644,$(DESTDIR)$(SYSCONFDIR)/veriexec,$(SRC)/systemd/veriexec.conf)
	install -d $(addprefix $(DESTDIR)$(SYSCONFDIR)/veriexec/,manifests.d certs.d)
	$(call copy,644,$(DESTDIR)$(DATADIR)/bash-completion/completions,$(wildcard $(SRC)/completion/*))
	install -D -m 755 $(SRC)/initramfs/initramfs-tools/hook $(TOOLSHOOKS)/hooks/zz-veriexec
	install -D -m 755 $(SRC)/initramfs/initramfs-tools/init-top $(TOOLSHOOKS)/scripts/init-top/veriexec
	install -D -m 755 $(SRC)/initramfs/initramfs-tools/panic $(TOOLSHOOKS)/scripts/panic/veriexec
	$(call copy,755,$(DRACUT)/modules.d/99veriexec,$(SRC)/initramfs/dracut/module-setup.sh)
	$(call copy,644,$(DRACUT)/modules.d/99veriexec,$(addprefix $(SRC)/initramfs/dracut/,emergency.sh no-resume.sh no-resume.conf switch-root.conf))
	install -D -m 644 $(SRC)/initramfs/dracut/veriexec.conf $(DRACUT)/dracut.conf.d/50-veriexec.conf
# What was installed names no other place than the one it was made for.
ifneq ($(LIBDIR),/usr/lib)
	sed -i 's,/usr/lib/veriexec,$(LIBDIR)/veriexec,g' $(OURDIR)/enter-root \
		$(DRACUT)/dracut.conf.d/50-veriexec.conf $(DRACUT)/modules.d/99veriexec/* \
		$(TOOLSHOOKS)/hooks/zz-veriexec $(TOOLSHOOKS)/scripts/*/veriexec \
		$(DESTDIR)$(UNITDIR)/*.service
endif
