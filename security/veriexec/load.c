// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads a manifest: checks the signature, reads the header and each entry, and then
 * makes all of it live at once. Nothing stays of a manifest that is refused. It must
 * never look at the content of files.
 *
 * Locks: veriexec_load_lock is held by all who call here.
 */

#define pr_fmt(fmt) "veriexec: " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "audit.h"
#include "bind.h"
#include "fingerprint.h"
#include "load.h"
#include "manifest.h"
#include "measure.h"
#include "revoke.h"
#include "signature.h"
#include "state.h"
#include "stats.h"
#include "storage.h"
#include "table.h"
#include "verdict.h"
#include "window.h"

/* The log names this many missing files, and counts the others. */
#define TELL_MISSING	10

/* See load.h. */
DEFINE_MUTEX(veriexec_load_lock);

/**
 * struct loading - a load that is under way
 * @parser: where it is in the text
 * @signer: of the manifest
 * @digest: of the text
 * @record: the entry that was read last
 * @revocations: what it revokes that was not revoked before, or %NULL
 * @images: the images that it lists, until they are @m's, or %NULL
 * @binding: of its entries
 * @m: where they go
 * @older: the manifest that @m replaces when it is live, or %NULL
 * @leave: @m may leave file systems that @older lists files on
 * @again: @m was live before: its text was loaded already
 * @missing: number of files that could not be bound
 */
struct loading {
	struct veriexec_parser parser;
	struct veriexec_signer signer;
	u8 digest[VERIEXEC_DIGEST_SIZE];
	struct veriexec_record record;
	struct veriexec_digests *revocations;
	struct veriexec_digests *images;
	struct veriexec_binding binding;
	struct veriexec_manifest *m;
	struct veriexec_manifest *older;
	bool leave;
	bool again;
	u32 missing;
};

/* It is not the text that is wrong, but what it asks for. */
static int refuse(struct loading *l, int error, const char *why)
{
	l->parser.refusal = (struct veriexec_refusal){ .why = why };
	return error;
}

/* The same for one entry. */
static int refuse_record(struct loading *l, int error, const char *why)
{
	refuse(l, error, why);
	l->parser.refusal.line = l->parser.line;
	return error;
}

static bool has_same_text(const struct veriexec_manifest *m,
			  const struct loading *l)
{
	return !memcmp(m->text_digest, l->digest, sizeof(m->text_digest));
}

/*
 * The manifest of the same signer that is live and has this very text or, once
 * the header is read, this name.
 */
static struct veriexec_manifest *find_manifest(const struct loading *l)
{
	const struct veriexec_header *h = &l->parser.header;
	struct veriexec_manifest *m;

	list_for_each_entry(m, &veriexec_manifests, node) {
		if (!veriexec_same_signer(&m->signer, &l->signer))
			continue;
		if (has_same_text(m, l))
			return m;
		if (h->has_version && m->has_version &&
		    !strcmp(h->name, m->name))
			return m;
	}
	return NULL;
}

/* Does somebody else's manifest have this name? */
static bool name_is_taken(const struct loading *l)
{
	const char *name = l->parser.header.name;
	struct veriexec_manifest *m;

	list_for_each_entry(m, &veriexec_manifests, node)
		if (*name && !strcmp(name, m->name) &&
		    !veriexec_same_signer(&m->signer, &l->signer))
			return true;
	return false;
}

/* A manifest of an added signer may add files. It may not speak for other signers. */
static int check_header(struct loading *l)
{
	if (l->parser.header.images && !veriexec_knows_images())
		return refuse(l, -EBADMSG,
			      "it lists an image, but this kernel's dm-verity does not tell which images are verified");
	if (l->signer.trust == VERIEXEC_TRUST_BUILTIN)
		return 0;
	if (l->parser.header.revocations)
		return refuse(l, -EKEYREJECTED,
			      "an added signer may not revoke");
	if (name_is_taken(l))
		return refuse(l, -EKEYREJECTED,
			      "an added signer may not use the name of another signer's manifest");
	return 0;
}

static int check_record(struct loading *l)
{
	if (l->signer.trust == VERIEXEC_TRUST_BUILTIN ||
	    !(l->record.claim.flags & VERIEXEC_FLAG_RIGHTS))
		return 0;
	return refuse_record(l, -EKEYREJECTED,
			     "an added signer may not give a file rights");
}

/*
 * Decides what becomes of a manifest beside those that are loaded: the same
 * text adds what could not be bound before, a higher version replaces the one
 * of its name, anything else is new.
 */
static int choose_manifest(struct loading *l)
{
	const struct veriexec_header *h = &l->parser.header;
	struct veriexec_manifest *known = find_manifest(l);

	if (known && has_same_text(known, l)) {
		l->m = known;
		l->again = true;
		return 0;
	}
	if (known && h->version < known->version)
		return refuse(l, -ESTALE,
			      "a higher version of it is loaded");
	if (known && h->version == known->version)
		return refuse(l, -ESTALE,
			      "this version of it is loaded with other content");

	l->m = veriexec_manifest_alloc();
	if (!l->m)
		return -ENOMEM;
	l->older = known;
	memcpy(l->m->text_digest, l->digest, sizeof(l->m->text_digest));
	strscpy(l->m->name, h->name, sizeof(l->m->name));
	l->m->version = h->version;
	l->m->has_version = h->has_version;
	l->m->signer = l->signer;
	swap(l->m->images, l->images);
	return 0;
}

static int bind_record(struct loading *l)
{
	const char *why;
	int ret = veriexec_bind(&l->binding, &l->record, &why);

	if (ret < 0)
		return why ? refuse_record(l, ret, why) : ret;
	if (ret && l->missing++ < TELL_MISSING)
		veriexec_audit_unbound(l->record.path, why);
	return 0;
}

static int bind_entries(struct loading *l)
{
	u32 count = 0;
	int ret;

	while ((ret = veriexec_parse_entry(&l->parser, &l->record)) > 0) {
		ret = check_record(l) ?: bind_record(l);
		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		count++;
	}
	if (!ret && !count && !l->parser.header.revocations &&
	    !l->parser.header.images)
		return refuse(l, -EBADMSG, "it lists nothing");
	return ret;
}

static int bind_all(struct loading *l, const struct path *base)
{
	static u64 loads;	/* under the lock for loading */
	struct veriexec_binding *b = &l->binding;
	int ret;

	b->m = l->m;
	b->base = base;
	b->load = ++loads;
	ret = bind_entries(l);
	veriexec_bind_end(b);
	return ret;
}

/* With a manifest of another root, by mistake, nothing of this one would run. */
static int check_left(struct loading *l)
{
	struct veriexec_refusal *no = &l->parser.refusal;
	u32 left;

	if (!l->older || l->leave)
		return 0;
	left = veriexec_count_left(l->older, l->m);
	if (!left)
		return 0;
	snprintf(no->composed, sizeof(no->composed),
		 "%u files of version %llu, on other file systems, would not run",
		 left, l->older->version);
	no->line = 0;
	no->why = no->composed;
	return -EXDEV;
}

/* From here on its entries count, then those that it replaces do not. */
static void publish(struct loading *l)
{
	l->m->missing = l->missing;
	veriexec_revoke(l->revocations);
	veriexec_window();
	if (l->revocations)
		veriexec_doubt_all();
	/* Pairs with veriexec_find(): its entries are all in the table. */
	smp_store_release(&l->m->live, true);
	veriexec_window();
	veriexec_new_generation();
	if (l->older) {
		veriexec_window();
		WRITE_ONCE(l->older->live, false);
		veriexec_window();
		veriexec_new_generation();
		veriexec_manifest_free(l->older);
	}
}

/* Reads the fingerprints in its directives. None of them counts yet. */
static int collect(struct loading *l)
{
	struct veriexec_parser *p = &l->parser;
	struct veriexec_digests *d = veriexec_collect_revocations(p);

	if (IS_ERR(d))
		return PTR_ERR(d);
	l->revocations = d;
	d = veriexec_collect_digests(p, p->header.images, veriexec_next_image,
				     NULL);
	if (IS_ERR(d))
		return PTR_ERR(d);
	l->images = d;
	return 0;
}

/*
 * Who has signed it, and which text is it? Once locked, only a text that is loaded
 * already is looked at any further.
 */
static int identify(struct loading *l, const void *data, size_t len)
{
	struct veriexec_parser *p = &l->parser;
	int ret;

	ret = veriexec_check_signature(data, &len, &l->signer, l->digest,
				       &p->refusal);
	if (veriexec_in(VERIEXEC_STATE_LOCKED) && (ret || !find_manifest(l)))
		ret = refuse(l, -EPERM,
			     "the state is locked: only what is loaded already may be loaded again");
	p->text = data;
	p->len = len;
	return ret;
}

static int load_text(struct loading *l, const struct path *base)
{
	struct veriexec_parser *p = &l->parser;
	int ret;

	veriexec_renew_drivers();
	p->algs = veriexec_algs_here();
	p->seen_size = veriexec_seen_size(p->text, p->len);
	p->seen = kvcalloc(p->seen_size, sizeof(*p->seen), GFP_KERNEL);
	if (!p->seen)
		return -ENOMEM;

	ret = veriexec_parse_header(p);
	if (!ret)
		ret = check_header(l);
	if (!ret)
		ret = collect(l);
	if (!ret)
		ret = choose_manifest(l);
	if (!ret)
		ret = bind_all(l, base);
	if (!ret)
		ret = check_left(l);
	if (!ret) {
		/* Measured before it counts: nothing runs by a manifest that was not measured. */
		veriexec_measure_loaded(&p->header, l->signer.name,
					veriexec_trust_names[l->signer.trust],
					l->digest);
		publish(l);
	} else {
		if (l->again)
			veriexec_new_generation(); /* for what it has bound so far */
		else if (l->m)
			veriexec_manifest_free(l->m);
		kvfree(l->revocations);
	}
	kvfree(l->images);
	kvfree(p->seen);
	return ret;
}

static void tell_states(void)
{
	char buf[VERIEXEC_STATES_SIZE];

	veriexec_word_states(veriexec_states, buf);
	veriexec_audit_state(buf);
	veriexec_measure_state(buf);
}

/* A writable mapping from before could change a device past all hooks. */
static int add_state(unsigned int state)
{
	int ret = 0;

	if (state == VERIEXEC_STATE_ENFORCE && !veriexec_in(state) &&
	    veriexec_in(VERIEXEC_STATE_ACTIVE))
		ret = veriexec_deny_mappings();
	return ret ?: veriexec_add_state(&veriexec_states, state);
}

/**
 * veriexec_enter_state() - add one state to those that hold
 * @state: the one to add
 *
 * Context: Process context, under veriexec_load_lock.
 *
 * Return: 0, %-EINVAL if another state must hold before, or %-EBUSY if what would
 * be enforced can be changed past all hooks.
 */
int veriexec_enter_state(unsigned int state)
{
	unsigned int before = veriexec_states;
	int ret;

	lockdep_assert_held(&veriexec_load_lock);
	ret = add_state(state);
	if (!ret && veriexec_states != before)
		tell_states();
	return ret;
}

/* A manifest that only revokes must not bring a state in which nothing runs. */
static bool anything_listed(void)
{
	const struct veriexec_manifest *m;
	bool any = false;

	veriexec_table_lock();
	list_for_each_entry(m, &veriexec_manifests, node)
		any |= m->live && (m->bound || m->missing || m->images);
	veriexec_table_unlock();
	return any;
}

/* The first manifest that lists files or images brings what the boot asked for. */
static void enter_loaded(void)
{
	static const unsigned int order[] = { VERIEXEC_STATE_ACTIVE,
					      VERIEXEC_STATE_ENFORCE };
	unsigned int i;

	if (veriexec_in(VERIEXEC_STATE_LOADED) || !anything_listed())
		return;
	add_state(VERIEXEC_STATE_LOADED);
	for (i = 0; i < ARRAY_SIZE(order); i++)
		if (veriexec_boot_states & order[i])
			add_state(order[i]);
	tell_states();
}

/**
 * veriexec_load() - load a signed manifest
 * @data: the whole of it, as it was written
 * @len: of @data, in bytes
 * @base: the directory that its paths lie beneath
 * @leave: it may take the place of one that lists files on file systems on which it
 *	lists none
 *
 * The first that lists files or images brings the states that the boot asked for.
 * Once locked, one that is live may be loaded again and no other.
 *
 * Context: Process context, under veriexec_load_lock and no other.
 *
 * Return: 0, or %-EPERM, %-EFBIG, %-EBADMSG, %-ENOKEY, %-EKEYREJECTED, %-ESTALE,
 * %-EXDEV, %-EINTR, %-ENOMEM, or what looking a path up gave; the cause was logged.
 * Unless it is 0, nothing new is listed but what a manifest that is live said
 * already.
 */
int veriexec_load(const void *data, size_t len, const struct path *base,
		  bool leave)
{
	struct veriexec_manifest *m;
	struct loading *l;
	int ret;

	lockdep_assert_held(&veriexec_load_lock);
	l = kvzalloc(sizeof(*l), GFP_KERNEL);
	if (!l)
		return -ENOMEM;
	l->leave = leave;
	ret = identify(l, data, len) ?: load_text(l, base);

	m = l->m;
	if (!ret) {
		veriexec_count(VERIEXEC_LOADS);
		veriexec_audit_loaded(m->name, m->version, m->signer.name,
				      m->signer.method, m->bound, m->missing);
		enter_loaded();
	} else {
		if (!l->parser.refusal.why)
			refuse(l, ret, "it cannot be loaded");
		veriexec_count(VERIEXEC_REFUSED);
		veriexec_audit_refused(l->parser.header.name, ret,
				       &l->parser.refusal);
	}
	kvfree(l);
	return ret;
}
