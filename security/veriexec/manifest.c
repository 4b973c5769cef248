// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the text of a manifest, line by line, and refuses what is not one.
 *
 * Pure C: the kernel, the tools and the fuzzer compile this very file. It must
 * never allocate, print or touch a file.
 */

#include "manifest.h"

const struct veriexec_alg_info veriexec_algs[VERIEXEC_ALG_COUNT] = {
	[VERIEXEC_ALG_SHA1] = { "sha1", "sha1", 20, false },
	[VERIEXEC_ALG_SHA256] = { "sha256", "sha256", 32, false },
	[VERIEXEC_ALG_SHA384] = { "sha384", "sha384", 48, false },
	[VERIEXEC_ALG_SHA512] = { "sha512", "sha512", 64, false },
	[VERIEXEC_ALG_VERITY_SHA256] = { "verity-sha256", "sha256", 32, true },
	[VERIEXEC_ALG_VERITY_SHA512] = { "verity-sha512", "sha512", 64, true },
};

const struct veriexec_flag_info veriexec_flags[VERIEXEC_FLAG_COUNT] = {
	{ "indirect", VERIEXEC_FLAG_INDIRECT },
	{ "no_ptrace", VERIEXEC_FLAG_NO_PTRACE },
	{ "no_fips", VERIEXEC_FLAG_NO_FIPS },
	{ "trusted", VERIEXEC_FLAG_RIGHTS | VERIEXEC_FLAG_NO_PTRACE },
	{ "control", VERIEXEC_FLAG_CONTROL | VERIEXEC_FLAG_NO_PTRACE },
	{ "kmem", VERIEXEC_FLAG_KMEM | VERIEXEC_FLAG_NO_PTRACE },
	{ "storage", VERIEXEC_FLAG_STORAGE | VERIEXEC_FLAG_NO_PTRACE },
	{ "verify", VERIEXEC_FLAG_VERIFY },
	{ "untrusted", VERIEXEC_FLAG_UNTRUSTED },
};

/* A part of the text: never copied, never NUL-terminated. */
struct span {
	const char *s;
	size_t len;
};

static int refuse(struct veriexec_parser *p, const char *why, struct span word)
{
	p->refusal.line = p->line;
	p->refusal.why = why;
	p->refusal.word = word.s;
	p->refusal.word_len = word.len < 64 ? word.len : 64;
	return -EBADMSG;
}

static bool span_is(struct span a, const char *b)
{
	size_t i;

	for (i = 0; i < a.len; i++)
		if (a.s[i] != b[i] || !b[i])
			return false;
	return !b[i];
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int hex_value(char c)
{
	u8 digit = c - '0';
	u8 letter = (c | 0x20) - 'a';

	return digit < 10 ? digit : letter < 6 ? letter + 10 : -1;
}

/* Is one of the eight bytes of @word less than @least, at most 0x80? */
static bool any_less(u64 word, u8 least)
{
	const u64 each = ~0ULL / 0xff;

	return (word - each * least) & ~word & (each << 7);
}

/*
 * How many bytes does @s begin with that are neither less than @least nor DEL? A
 * manifest is long, and all of it goes through here twice: hence eight at a time.
 */
static size_t count_plain(const char *s, size_t len, u8 least)
{
	const u64 all_del = ~0ULL / 0xff * 0x7f;
	size_t n;
	u64 word;

	for (n = 0; len - n >= sizeof(word); n += sizeof(word)) {
		memcpy(&word, s + n, sizeof(word));
		if (any_less(word, least) || any_less(word ^ all_del, 1))
			break;
	}
	while (n < len && (u8)s[n] >= least && s[n] != 0x7f)
		n++;
	return n;
}

static void skip_blanks(struct span *rest)
{
	while (rest->len && is_blank(*rest->s)) {
		rest->s++;
		rest->len--;
	}
}

/*
 * Cuts the next word off the front of @rest, which has no control bytes but tabs; an
 * empty one at the end.
 */
static struct span next_word(struct span *rest)
{
	struct span word;

	skip_blanks(rest);
	word.s = rest->s;
	word.len = count_plain(rest->s, rest->len, ' ' + 1);
	rest->s += word.len;
	rest->len -= word.len;
	return word;
}

/*
 * Cuts the next line off the front of @rest. Does it have control bytes other than
 * tabs?
 */
static bool cut_line(struct span *rest, struct span *line)
{
	bool control = false;
	size_t n = 0;

	for (;; n++) {
		n += count_plain(rest->s + n, rest->len - n, ' ');
		if (n == rest->len || rest->s[n] == '\n')
			break;
		control |= rest->s[n] != '\t';
	}
	line->s = rest->s;
	line->len = n;
	n += n < rest->len;
	rest->s += n;
	rest->len -= n;
	return control;
}

/*
 * Reads the next line that says something: comments and blank lines do not.
 * Returns 1 with @line filled, 0 at the end of the text, or -EBADMSG.
 */
static int next_line(struct veriexec_parser *p, struct span *line)
{
	const struct span none = { NULL, 0 };

	p->refusal.why = NULL;
	while (p->pos < p->len) {
		struct span rest = { p->text + p->pos, p->len - p->pos };
		bool control = cut_line(&rest, line);

		p->pos = p->len - rest.len;
		p->line++;

		if (line->len > VERIEXEC_LINE_MAX)
			return refuse(p, "line is too long", none);
		if (control)
			return refuse(p, "control byte in the line", none);
		rest = *line;
		skip_blanks(&rest);
		if (rest.len && *line->s != '#')
			return 1;
	}
	return 0;
}

/*
 * Undoes the %HH of one byte of a path and steps over it. Returns the byte, or
 * -1 where the text is not one of a path.
 */
static int decode_byte(struct span *s)
{
	u8 c = *s->s;
	int high, low;

	if (c != '%') {
		s->s++;
		s->len--;
		return c <= 0x20 || c == '#' || c > 0x7e ? -1 : c;
	}
	if (s->len < 3)
		return -1;
	high = hex_value(s->s[1]);
	low = hex_value(s->s[2]);
	s->s += 3;
	s->len -= 3;
	if (high < 0 || low < 0)
		return -1;
	c = high << 4 | low;
	return !c || c == '/' ? -1 : c;
}

/* "", "." and ".." are no components of a path that stays where it is. */
static bool bad_component(const char *s, size_t len)
{
	return !len || (len == 1 && s[0] == '.') ||
	       (len == 2 && s[0] == '.' && s[1] == '.');
}

/*
 * Undoes the %HH of @value, a part of @word, into VERIEXEC_PATH_SIZE bytes. Returns the
 * length.
 */
static int decode_path(struct veriexec_parser *p, struct span word,
		       struct span value, char *path)
{
	size_t n = 0;

	while (value.len) {
		int c = decode_byte(&value);

		if (c < 0)
			return refuse(p, "path is not encoded as it must be",
				      word);
		if (n == VERIEXEC_PATH_SIZE - 1)
			return refuse(p, "path is too long", word);
		path[n++] = c;
	}
	path[n] = '\0';
	return n;
}

static int parse_path(struct veriexec_parser *p, struct span word,
		      struct veriexec_record *r)
{
	const char *start = r->path;
	const char *c = start;
	int ret;

	if (*word.s == '/')
		return refuse(p, "path is not relative", word);
	ret = decode_path(p, word, word, r->path);
	if (ret < 0)
		return ret;
	r->path_len = ret;
	do {
		if (*c && *c != '/')
			continue;
		if (bad_component(start, c - start))
			return refuse(p, "path has an empty, . or .. component",
				      word);
		start = c + 1;
	} while (*c++);
	return 0;
}

/* A decimal (or, with @base 8, octal) number from 0 to @max. */
static bool parse_number(struct span s, unsigned int base, u64 max, u64 *value)
{
	u64 n = 0;

	if (!s.len)
		return false;
	while (s.len) {
		unsigned int digit = (u8)*s.s - '0';

		if (digit >= base)
			return false;
		/* Divisors are constants: no 64-bit division on 32 bits. */
		if (n > (base == 8 ? ~0ULL / 8 : ~0ULL / 10))
			return false;
		n *= base;
		if (n > max || digit > max - n)
			return false;
		n += digit;
		s.s++;
		s.len--;
	}
	*value = n;
	return true;
}

static bool parse_digest(struct span s, u8 *digest, size_t size)
{
	size_t i;

	if (s.len != 2 * size)
		return false;
	for (i = 0; i < size; i++) {
		int high = hex_value(s.s[2 * i]);
		int low = hex_value(s.s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		digest[i] = high << 4 | low;
	}
	return true;
}

/* A name or a label: visible ASCII that needs no quoting anywhere. */
static bool parse_token(struct span s, char *buf, size_t size)
{
	size_t i;

	if (!s.len || s.len >= size)
		return false;
	for (i = 0; i < s.len; i++) {
		char c = s.s[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		      (c >= 'A' && c <= 'Z') || strchr("._+-:/@", c)))
			return false;
	}
	memcpy(buf, s.s, s.len);
	buf[s.len] = '\0';
	return true;
}

/* Cuts "key=value" in two. Returns false if it is no such word. */
static bool split_word(struct span word, struct span *key, struct span *value)
{
	const char *equals = word.len ? memchr(word.s, '=', word.len) : NULL;

	if (!equals)
		return false;
	key->s = word.s;
	key->len = equals - word.s;
	value->s = equals + 1;
	value->len = word.len - key->len - 1;
	return true;
}

/* The enum veriexec_alg of this name, or VERIEXEC_ALG_COUNT. */
static unsigned int find_alg(struct span name)
{
	unsigned int i;

	for (i = 0; i < VERIEXEC_ALG_COUNT; i++)
		if (span_is(name, veriexec_algs[i].name))
			break;
	return i;
}

static int parse_fingerprint(struct veriexec_parser *p, struct span word,
			     unsigned int alg, struct span value, u8 *digest)
{
	if (!(p->algs & 1U << alg))
		return refuse(p, "algorithm is not supported here", word);
	if (!parse_digest(value, digest, veriexec_algs[alg].size))
		return refuse(p, "fingerprint has a wrong length or digit",
			      word);
	return 0;
}

static int parse_owner(struct veriexec_parser *p, struct span word, u8 which,
		       struct span value, struct veriexec_record *r)
{
	/* (uid_t)-1 is no user's number. */
	const u64 max = which == VERIEXEC_HAS_MODE ? 07777 : 0xfffffffeU;
	u64 n;

	if (r->claim.has & which)
		return refuse(p, "keyword is given twice", word);
	if (!parse_number(value, which == VERIEXEC_HAS_MODE ? 8 : 10, max, &n))
		return refuse(p, "number is malformed or out of range", word);
	r->claim.has |= which;
	if (which == VERIEXEC_HAS_UID)
		r->claim.uid = n;
	else if (which == VERIEXEC_HAS_GID)
		r->claim.gid = n;
	else
		r->claim.mode = n;
	return 0;
}

/* As the kernel keeps them: a number for the form, then its words of 32 bits. */
static int parse_caps(struct veriexec_parser *p, struct span word,
		      struct span value, struct veriexec_record *r)
{
	size_t size = value.len / 2;

	if (r->claim.has & VERIEXEC_HAS_CAPS)
		return refuse(p, "keyword is given twice", word);
	if ((size != 12 && size != 20 && size != VERIEXEC_CAPS_SIZE) ||
	    !parse_digest(value, r->claim.caps, size))
		return refuse(p, "file capabilities have a wrong length or digit",
			      word);
	r->claim.has |= VERIEXEC_HAS_CAPS;
	r->claim.caps_len = size;
	return 0;
}

/* A link may hold any text: that it leads nowhere is no fault. */
static int parse_link(struct veriexec_parser *p, struct span word,
		      struct span value, struct veriexec_record *r)
{
	int ret;

	if (r->claim.has & VERIEXEC_HAS_LINK)
		return refuse(p, "keyword is given twice", word);
	if (!value.len)
		return refuse(p, "link has no text", word);
	r->claim.has |= VERIEXEC_HAS_LINK;
	ret = decode_path(p, word, value, r->link);
	return ret < 0 ? ret : 0;
}

static int parse_keyword(struct veriexec_parser *p, struct span word,
			 struct veriexec_record *r)
{
	struct span key, value;
	unsigned int i;

	if (!split_word(word, &key, &value)) {
		for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
			if (span_is(word, veriexec_flags[i].name)) {
				r->claim.flags |= veriexec_flags[i].bits;
				return 0;
			}
		return refuse(p, "unknown flag", word);
	}

	i = find_alg(key);
	if (i < VERIEXEC_ALG_COUNT) {
		if (r->claim.algs & 1U << i)
			return refuse(p, "fingerprint is given twice", word);
		r->claim.algs |= 1U << i;
		return parse_fingerprint(p, word, i, value, r->digest[i]);
	}
	if (span_is(key, "uid"))
		return parse_owner(p, word, VERIEXEC_HAS_UID, value, r);
	if (span_is(key, "gid"))
		return parse_owner(p, word, VERIEXEC_HAS_GID, value, r);
	if (span_is(key, "mode"))
		return parse_owner(p, word, VERIEXEC_HAS_MODE, value, r);
	if (span_is(key, "caps"))
		return parse_caps(p, word, value, r);
	if (span_is(key, "link"))
		return parse_link(p, word, value, r);
	if (span_is(key, "label")) {
		if (*r->label)
			return refuse(p, "keyword is given twice", word);
		if (!parse_token(value, r->label, sizeof(r->label)))
			return refuse(p, "label is malformed or too long", word);
		return 0;
	}
	return refuse(p, "unknown keyword", word);
}

/* A file has fingerprints, and what else may be said of it; a link has its text. */
static int check_whole(struct veriexec_parser *p, struct span path,
		       const struct veriexec_record *r)
{
	const struct veriexec_claim *claim = &r->claim;

	if (!(claim->has & VERIEXEC_HAS_LINK))
		return claim->algs ? 0 :
		       refuse(p, "entry has no fingerprint", path);
	if (claim->has != VERIEXEC_HAS_LINK || claim->algs || claim->flags ||
	    *r->label)
		return refuse(p, "entry of a link says more than its text",
			      path);
	return 0;
}

/* FNV-1a over the decoded path: signed input, so no key is needed. */
static u32 path_hash(const struct veriexec_record *r)
{
	u32 h = 2166136261U;
	size_t i;

	for (i = 0; i < r->path_len; i++)
		h = (h ^ (u8)r->path[i]) * 16777619U;
	return h;
}

static bool same_path(struct span word, const struct veriexec_record *r)
{
	size_t n = 0;

	while (word.len) {
		/* A line is kept in @seen only when its path decodes. */
		if (n == r->path_len || decode_byte(&word) != (u8)r->path[n])
			return false;
		n++;
	}
	return n == r->path_len;
}

/*
 * Looks the path of @r up among those read before and remembers it. Returns 1
 * if it is new, 0 if it was there with the same words, or -EBADMSG.
 */
static int remember_path(struct veriexec_parser *p, struct span line,
			 struct span path, const struct veriexec_record *r)
{
	u32 slot = path_hash(r);
	u32 tries;

	for (tries = 0; tries < p->seen_size; tries++, slot++) {
		u32 *seen = &p->seen[slot & (p->seen_size - 1)];
		struct span old, rest;

		if (!*seen) {
			*seen = line.s - p->text + 1;
			return 1;
		}
		/* A word ends with its line, too. */
		old.s = p->text + *seen - 1;
		old.len = p->text + p->len - old.s;
		if (!same_path(next_word(&old), r))
			continue;
		cut_line(&old, &rest);
		next_word(&line);
		if (rest.len == line.len && !memcmp(rest.s, line.s, line.len))
			return 0;
		return refuse(p, "path is listed before, with other content",
			      path);
	}
	return refuse(p, "more paths than there is room for", path);
}

/* "%4a" begins a path, "%name" a directive: no directive begins with two hex digits. */
static bool is_directive(struct span line)
{
	return *line.s == '%' &&
	       !(line.len > 2 && hex_value(line.s[1]) >= 0 &&
		 hex_value(line.s[2]) >= 0);
}

/**
 * veriexec_parse_entry() - read the next entry
 * @p: set up by veriexec_parse_header()
 * @r: where to put it; undefined unless 1 is returned
 *
 * A line that repeats an earlier one is passed over.
 *
 * Return: 1 if there was one, 0 at the end of the manifest, %-EBADMSG if the
 * line is wrong; @p->refusal then says where and why.
 */
int veriexec_parse_entry(struct veriexec_parser *p, struct veriexec_record *r)
{
	struct span line, rest, path, word;
	int ret;

	do {
		ret = next_line(p, &line);
		if (ret <= 0)
			return ret;
		if (is_directive(line))
			return refuse(p, "directive comes after an entry",
				      line);
		rest = line;
		path = next_word(&rest);
		r->label[0] = '\0';
		r->link[0] = '\0';
		memset(&r->claim, 0, sizeof(r->claim));
		ret = parse_path(p, path, r);
		if (ret)
			return ret;
		for (word = next_word(&rest); word.len; word = next_word(&rest)) {
			ret = parse_keyword(p, word, r);
			if (ret)
				return ret;
		}
		ret = check_whole(p, path, r);
		if (ret)
			return ret;
		ret = remember_path(p, line, path, r);
	} while (!ret);
	return ret;
}

static int parse_requires(struct veriexec_parser *p, struct span rest)
{
	struct span what = next_word(&rest);
	struct span op = next_word(&rest);
	struct span value = next_word(&rest);
	u64 n;

	if (!span_is(what, "veriexec") || !span_is(op, ">=") ||
	    next_word(&rest).len || !parse_number(value, 10, ~0U, &n) || !n)
		return refuse(p, "%requires is not 'veriexec >= NUMBER'", what);
	p->header.requires = n;
	if (n <= VERIEXEC_LEVEL)
		return 0;
	snprintf(p->refusal.composed, sizeof(p->refusal.composed),
		 "not compatible with this system: needs veriexec %u, has %u",
		 p->header.requires, VERIEXEC_LEVEL);
	return refuse(p, p->refusal.composed, (struct span){ NULL, 0 });
}

static int parse_digest_of(struct veriexec_parser *p, struct span rest,
			   const char *form, struct veriexec_digest *r)
{
	struct span word = next_word(&rest);
	struct span key, value;
	unsigned int alg;

	if (!split_word(word, &key, &value) || next_word(&rest).len)
		return refuse(p, form, word);
	alg = find_alg(key);
	if (alg == VERIEXEC_ALG_COUNT)
		return refuse(p, "unknown algorithm", word);
	r->alg = alg;
	return parse_fingerprint(p, word, alg, value, r->digest);
}

static int parse_revoke(struct veriexec_parser *p, struct span rest,
			struct veriexec_digest *r)
{
	return parse_digest_of(p, rest,
			       "%revoke is not 'ALGORITHM=FINGERPRINT'", r);
}

static int parse_image(struct veriexec_parser *p, struct span rest,
		       struct veriexec_digest *r)
{
	int ret = parse_digest_of(p, rest, "%image is not 'ALGORITHM=ROOTHASH'",
				  r);

	if (!ret && veriexec_algs[r->alg].verity)
		ret = refuse(p, "algorithm is none of dm-verity",
			     next_word(&rest));
	return ret;
}

static int parse_directive(struct veriexec_parser *p, struct span line,
			   bool *has_format)
{
	struct veriexec_header *h = &p->header;
	struct veriexec_digest digest;
	struct span rest = line;
	struct span key = next_word(&rest);
	struct span value;
	bool known = true;
	bool twice = false;
	bool good = true;
	u64 n;

	if (span_is(key, "%requires")) {
		if (h->requires)
			return refuse(p, "directive is given twice", key);
		return parse_requires(p, rest);
	}
	if (span_is(key, "%revoke")) {
		h->revocations++;
		return parse_revoke(p, rest, &digest);
	}
	if (span_is(key, "%image")) {
		h->images++;
		return parse_image(p, rest, &digest);
	}

	value = next_word(&rest);
	if (span_is(key, "%manifest")) {
		twice = *has_format;
		*has_format = true;
		if (!parse_number(value, 10, ~0U, &n) || n != VERIEXEC_FORMAT)
			return refuse(p, "manifest format is not 1", value);
	} else if (span_is(key, "%name")) {
		twice = *h->name;
		good = parse_token(value, h->name, sizeof(h->name));
	} else if (span_is(key, "%version")) {
		twice = h->has_version;
		h->has_version = true;
		good = parse_number(value, 10, ~0ULL, &h->version);
	} else {
		known = false;
	}
	if (!known)
		return refuse(p, "unknown directive", key);
	if (twice)
		return refuse(p, "directive is given twice", key);
	if (!good || next_word(&rest).len)
		return refuse(p, "directive has a malformed value", line);
	return 0;
}

/**
 * veriexec_parse_header() - begin to read a manifest
 * @p: @text, @len, @algs, @seen (zeroed) and @seen_size set, the rest zero
 *
 * Reads the directives, up to the first entry.
 *
 * Return: 0, or %-EBADMSG if a directive is wrong; @p->refusal then says where
 * and why.
 */
int veriexec_parse_header(struct veriexec_parser *p)
{
	bool has_format = false;
	struct span line;
	u32 line_before;
	size_t pos;
	int ret;

	for (;;) {
		pos = p->pos;
		line_before = p->line;
		ret = next_line(p, &line);
		if (ret < 0)
			return ret;
		if (!ret || !is_directive(line))
			break;
		ret = parse_directive(p, line, &has_format);
		if (ret)
			return ret;
	}
	if (p->header.has_version && !*p->header.name)
		return refuse(p, "manifest has a %version but no %name",
			      (struct span){ NULL, 0 });
	/* What was read last belongs to veriexec_parse_entry(). */
	p->pos = pos;
	p->line = line_before;
	return 0;
}

/*
 * Goes through the directives once more, for the next of @count that are called
 * @name, and does not mind how far veriexec_parse_entry() has come. Returns 1 with
 * @rest filled, 0 behind the last.
 */
static int next_directive(const struct veriexec_parser *p,
			  struct veriexec_directives *at, u32 count,
			  const char *name, struct span *rest)
{
	struct veriexec_parser again = {
		.text = p->text,
		.len = p->len,
		.pos = at->pos,
	};

	while (at->given < count && next_line(&again, rest) > 0) {
		if (!span_is(next_word(rest), name))
			continue;
		at->given++;
		at->pos = again.pos;
		return 1;
	}
	return 0;
}

/**
 * veriexec_next_revocation() - give the next fingerprint that is revoked
 * @p: read by veriexec_parse_header(), successfully
 * @r: where to put it; undefined unless 1 is returned
 *
 * Return: 1 if there was one, 0 behind the last.
 */
int veriexec_next_revocation(struct veriexec_parser *p,
			     struct veriexec_digest *r)
{
	struct span rest;

	return next_directive(p, &p->revoked, p->header.revocations, "%revoke",
			      &rest) && !parse_revoke(p, rest, r);
}

/**
 * veriexec_next_image() - give the root hash of the next image that is listed
 * @p: read by veriexec_parse_header(), successfully
 * @r: where to put it; undefined unless 1 is returned
 *
 * Return: 1 if there was one, 0 behind the last.
 */
int veriexec_next_image(struct veriexec_parser *p, struct veriexec_digest *r)
{
	struct span rest;

	return next_directive(p, &p->imaged, p->header.images, "%image",
			      &rest) && !parse_image(p, rest, r);
}

/**
 * veriexec_seen_size() - how much memory the check for repeated paths wants
 * @text: of the manifest
 * @len: of @text, in bytes, at most VERIEXEC_TEXT_MAX
 *
 * Return: the number of u32 elements of &veriexec_parser.seen: a power of two,
 * at least twice the number of lines.
 */
u32 veriexec_seen_size(const char *text, size_t len)
{
	struct span rest = { text, len };
	struct span line;
	u32 lines = 1;
	u32 size = 16;

	for (; rest.len; lines++)
		cut_line(&rest, &line);
	while (size < 2 * lines)
		size *= 2;
	return size;
}

/**
 * veriexec_shows_flag() - is this one of the words for an entry's flags?
 * @flags: of the entry
 * @flag: index into veriexec_flags
 *
 * All rights together are one word.
 *
 * Return: true if it is.
 */
bool veriexec_shows_flag(u16 flags, unsigned int flag)
{
	u16 bits = veriexec_flags[flag].bits;
	bool all = (flags & VERIEXEC_FLAG_RIGHTS) == VERIEXEC_FLAG_RIGHTS;

	return (flags & bits) == bits &&
	       (!all || !(bits & VERIEXEC_FLAG_RIGHTS) ||
		(bits & VERIEXEC_FLAG_RIGHTS) == VERIEXEC_FLAG_RIGHTS);
}

/**
 * veriexec_word_flags() - name the flags of an entry
 * @flags: of the entry
 * @buf: where to, VERIEXEC_FLAG_WORDS_SIZE bytes: "indirect,no_ptrace", say, or
 *	nothing
 *
 * Return: true if there are any.
 */
bool veriexec_word_flags(u16 flags, char *buf)
{
	size_t n = 0;
	unsigned int i;

	*buf = '\0';
	for (i = 0; i < VERIEXEC_FLAG_COUNT; i++)
		if (veriexec_shows_flag(flags, i))
			n += snprintf(buf + n, VERIEXEC_FLAG_WORDS_SIZE - n,
				      "%s%s", n ? "," : "",
				      veriexec_flags[i].name);
	return n;
}

/**
 * veriexec_word_owner() - word what an entry says of owner, mode and capabilities
 * @claim: of the entry
 * @buf: where to, VERIEXEC_OWNER_WORDS_SIZE bytes: "uid=0 gid=0 mode=755", say, or
 *	nothing
 *
 * Return: true if it says any of that.
 */
bool veriexec_word_owner(const struct veriexec_claim *claim, char *buf)
{
	const size_t size = VERIEXEC_OWNER_WORDS_SIZE;
	size_t n = 0;
	unsigned int i;

	*buf = '\0';
	if (claim->has & VERIEXEC_HAS_UID)
		n += snprintf(buf, size, "uid=%u", claim->uid);
	if (claim->has & VERIEXEC_HAS_GID)
		n += snprintf(buf + n, size - n, "%sgid=%u", n ? " " : "",
			      claim->gid);
	if (claim->has & VERIEXEC_HAS_MODE)
		n += snprintf(buf + n, size - n, "%smode=%o", n ? " " : "",
			      claim->mode);
	if (claim->has & VERIEXEC_HAS_CAPS)
		n += snprintf(buf + n, size - n, "%scaps=", n ? " " : "");
	for (i = 0; i < claim->caps_len; i++)
		n += snprintf(buf + n, size - n, "%02x", claim->caps[i]);
	return n;
}

/**
 * veriexec_same_claim() - do two entries say the same of a file?
 * @a: what the one says
 * @b: what the other says
 *
 * The fingerprints themselves are left to the caller, and the text of a link.
 *
 * Return: true if they do.
 */
bool veriexec_same_claim(const struct veriexec_claim *a,
			 const struct veriexec_claim *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->mode == b->mode &&
	       a->has == b->has && a->flags == b->flags && a->algs == b->algs &&
	       a->caps_len == b->caps_len &&
	       !memcmp(a->caps, b->caps, sizeof(a->caps));
}

/**
 * veriexec_encode_path() - write a path as a manifest has it
 * @buf: where to, NUL-terminated if @size is not 0
 * @size: of @buf, in bytes
 * @path: what to write
 *
 * Return: the length of the whole encoded path in bytes, without the NUL; it
 * was cut if that is not less than @size.
 */
size_t veriexec_encode_path(char *buf, size_t size, const char *path)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; *path; path++) {
		u8 c = *path;
		bool plain = c > 0x20 && c <= 0x7e && c != '%' && c != '#';
		char out[3] = { '%', digits[c >> 4], digits[c & 15] };

		if (plain)
			out[0] = c;
		if (n + (plain ? 1 : 3) < size) {
			memcpy(buf + n, out, plain ? 1 : 3);
			buf[n + (plain ? 1 : 3)] = '\0';
		} else if (n < size) {
			buf[n] = '\0';
			size = n;	/* a later, shorter one must not fit */
		}
		n += plain ? 1 : 3;
	}
	if (!n && size)
		*buf = '\0';
	return n;
}
