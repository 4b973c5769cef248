// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program that the tests list in their manifests and run. It does one thing, and
 * exits with the error number that it got. It is static and position independent, so
 * that it also serves as the interpreter of a script ("#!/path/probe ok") or of an ELF
 * file.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/btrfs.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/nvme_ioctl.h>
#include <linux/perf_event.h>
#include <scsi/sg.h>

#include "dm.h"
#include "uring.h"

#define CONTROL	"/sys/kernel/security/veriexec/"

static int do_ok(char **args)
{
	return 0;
}

static int do_exit(char **args)
{
	return atoi(args[0]);
}

static int do_read(char **args)
{
	int fd = open(args[0], O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* open PATH: for reading and writing */
static int do_open(char **args)
{
	return open(args[0], O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
}

/* open-alone PATH: a device, to write to it */
static int do_open_alone(char **args)
{
	int fd = open(args[0], O_RDWR | O_EXCL | O_CLOEXEC);

	return fd < 0 || pwrite(fd, "x", 1, 4096) != 1 ? errno : 0;
}

/* Makes PATH.ran, as a mark for somebody who did not start it. */
static int do_mark(char **args)
{
	char path[256];

	snprintf(path, sizeof(path), "%s.ran", args[0]);
	return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

/* Does it run with root's rights? */
static int do_root(char **args)
{
	return geteuid() ? EPERM : 0;
}

/* Does it run with root's group? */
static int do_root_group(char **args)
{
	return getegid() ? EPERM : 0;
}

/* Does it run with the capability CAP_NET_RAW? */
static int do_net_raw(char **args)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {};

	if (syscall(SYS_capget, &head, data))
		return errno;
	return data[0].effective & 1U << CAP_NET_RAW ? 0 : EPERM;
}

/* Returns 1 if it has to mistrust its environment. */
static int do_secure(char **args)
{
	return getauxval(AT_SECURE);
}

static int do_exec(char **args)
{
	execv(args[0], args);
	return errno;
}

/* The exit status if the probe itself did not get far enough for an errno. */
#define BROKEN	250

static int do_words(char **args);

/* try PATH ERRNO VERB ARG...: does it after an exec of PATH that fails with ERRNO. */
static int do_try(char **args)
{
	execv(args[0], (char *[]){ args[0], NULL });
	return errno == atoi(args[1]) ? do_words(args + 2) : BROKEN;
}

/* with PATH PROGRAM VERB ARG...: the file, open for writing, is descriptor 9. */
static int do_with(char **args)
{
	int fd = open(args[0], O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dup2(fd, 9) != 9)
		return BROKEN;
	execv(args[1], args + 1);
	return BROKEN;
}

/* send PATH FD: the file, open for writing, goes through the socket. */
static int do_send(char **args)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec byte = { "!", 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fd = open(args[0], O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(atoi(args[1]), &message, 0) == 1 ? 0 : errno;
}

static int write_all(int fd, const char *path)
{
	static char buf[1 << 20];
	int in = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (in < 0)
		return errno;
	len = read(in, buf, sizeof(buf));
	close(in);
	if (len < 0)
		return errno;
	return write(fd, buf, len) == len ? 0 : errno;
}

/* load DIR FILE: the signed manifest in FILE, for what lies beneath DIR. */
static int do_load(char **args)
{
	int fd, ret;

	if (chdir(args[0]))
		return errno;
	fd = open(CONTROL "manifest", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	ret = write_all(fd, args[1]);
	close(fd);
	return ret;
}

/* fd-load FD DIR FILE: through a descriptor that somebody else has opened. */
static int do_fd_load(char **args)
{
	return chdir(args[1]) ? errno : write_all(atoi(args[0]), args[2]);
}

static int do_state(char **args)
{
	int fd = open(CONTROL "state", O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return errno;
	if (write(fd, args[0], strlen(args[0])) < 0)
		ret = errno;
	close(fd);
	return ret;
}

/* fd-write FD WORD: through a descriptor that somebody else has opened. */
static int do_fd_write(char **args)
{
	return write(atoi(args[0]), args[1], strlen(args[1])) < 0 ? errno : 0;
}

/* The same ways to read from such a descriptor. */
static int do_fd_read(char **args)
{
	char c;

	return pread(atoi(args[0]), &c, 1, 0) < 0 ? errno : 0;
}

static int do_fd_map(char **args)
{
	return mmap(NULL, 1, PROT_READ, MAP_PRIVATE, atoi(args[0]), 0) ==
	       MAP_FAILED ? errno : 0;
}

static int do_fd_send(char **args)
{
	off_t pos = 0;

	return sendfile(memfd_create("to", MFD_CLOEXEC), atoi(args[0]), &pos,
			1) < 0 ? errno : 0;
}

static int do_fd_splice(char **args)
{
	loff_t pos = 0;
	int pipes[2];

	if (pipe(pipes))
		return errno;
	return splice(atoi(args[0]), &pos, pipes[1], NULL, 1, 0) < 0 ? errno :
								       0;
}

static int do_fd_uring(char **args)
{
	char c;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_READ,
		.fd = atoi(args[0]),
		.addr = (unsigned long)&c,
		.len = 1,
	};
	int ret = uring_submit(&sqe);

	return ret < 0 ? -ret : 0;
}

/* By its number in /proc the file is opened anew. */
static int do_fd_open(char **args)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%s", args[0]);
	return open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
}

/* fd-append FD: the same to write */
static int do_fd_append(char **args)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%s", args[0]);
	return open(path, O_WRONLY | O_APPEND | O_CLOEXEC) < 0 ? errno : 0;
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

/* fork VERB ARG...: does it in a child. */
static int do_fork(char **args)
{
	pid_t pid = fork();

	if (!pid)
		_exit(do_words(args));
	return wait_for(pid);
}

/* share VERB ARG...: the same, and the child has its directories in common. */
static int do_share(char **args)
{
	pid_t pid = syscall(SYS_clone, CLONE_FS | SIGCHLD, 0, 0, 0, 0);

	if (!pid)
		_exit(do_words(args));
	return wait_for(pid);
}

/* unshare VERB ARG...: with directories of its own. */
static int do_unshare(char **args)
{
	return unshare(CLONE_FS) ? BROKEN : do_words(args);
}

static long own_keyring(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
		       KEY_SPEC_SESSION_KEYRING, 0);
}

/* Lets the parent have another session keyring, and so other credentials. */
static int do_give_keyring(char **args)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0)
		return errno;
	return syscall(SYS_keyctl, KEYCTL_SESSION_TO_PARENT) ? errno : 0;
}

/* take-keyring PROGRAM VERB ARG...: does it after PROGRAM gave it one. */
static int do_take_keyring(char **args)
{
	long before = own_keyring();
	pid_t pid = fork();

	if (!pid) {
		execl(args[0], args[0], "give-keyring", NULL);
		_exit(BROKEN);
	}
	if (wait_for(pid) || before < 0 || own_keyring() == before)
		return BROKEN;
	return do_words(args + 1);
}

#define MSR_TSC_AUX	0xc0000103	/* what rdtscp gives besides the time */

/* put PATH WORD: in one write */
static int do_put(char **args)
{
	int fd = open(args[0], O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return BROKEN;
	return write(fd, args[1], strlen(args[1])) < 0 ? errno : 0;
}

/* msr PATH: reads a register and writes it back. */
static int do_msr(char **args)
{
	int fd = open(args[0], O_RDWR | O_CLOEXEC);
	uint64_t value;

	if (fd < 0 || pread(fd, &value, sizeof(value), MSR_TSC_AUX) < 0 ||
	    pwrite(fd, &value, sizeof(value), MSR_TSC_AUX) < 0)
		return errno;
	return 0;
}

/* raw-after DEVICE: asks for its size, then does something that takes raw I/O */
static int do_raw_after(char **args)
{
	int tunable = open("/proc/sys/vm/mmap_min_addr", O_RDWR | O_CLOEXEC);
	int disk = open(args[0], O_RDONLY | O_CLOEXEC);
	char value[16];
	uint64_t size;
	ssize_t len;

	if (tunable < 0 || disk < 0 || ioctl(disk, BLKGETSIZE64, &size))
		return errno;
	len = pread(tunable, value, sizeof(value), 0);
	return len < 0 || pwrite(tunable, value, len, 0) != len ? errno : 0;
}

/* kexec PATH: loads the image */
static int do_kexec(char **args)
{
	return syscall(SYS_kexec_file_load,
		       open(args[0], O_RDONLY | O_CLOEXEC), -1, 1UL, "",
		       KEXEC_FILE_NO_INITRAMFS) ? errno : 0;
}

static int command_btrfs(const char *path, unsigned long cmd, const char *name)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct btrfs_ioctl_vol_args vol = {};

	if (dir < 0)
		return errno;
	snprintf(vol.name, sizeof(vol.name), "%s", name);
	return ioctl(dir, cmd, &vol) ? errno : 0;
}

/* add-disk DIR DEVICE: to the btrfs at DIR */
static int do_add_disk(char **args)
{
	return command_btrfs(args[0], BTRFS_IOC_ADD_DEV, args[1]);
}

static int do_remove_disk(char **args)
{
	return command_btrfs(args[0], BTRFS_IOC_RM_DEV, args[1]);
}

/* replace-disk DIR DEVICE: puts it in the place of the first disk of the btrfs. */
static int do_replace_disk(char **args)
{
	int dir = open(args[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct btrfs_ioctl_dev_replace_args replace = {
		.cmd = BTRFS_IOCTL_DEV_REPLACE_CMD_START,
		.start.srcdevid = 1,
	};

	if (dir < 0)
		return errno;
	snprintf((char *)replace.start.tgtdev_name,
		 sizeof(replace.start.tgtdev_name), "%s", args[1]);
	if (ioctl(dir, BTRFS_IOC_DEV_REPLACE, &replace))
		return errno;
	return replace.result ? BROKEN : 0;
}

static int give(int fd, const char *cmd)
{
	char nothing[4096] = {};

	return fd < 0 || ioctl(fd, strtoul(cmd, NULL, 0), nothing) ? errno : 0;
}

/* command PATH MODE CMD: gives it with zeros for its argument */
static int do_command(char **args)
{
	return give(open(args[0], (*args[1] == 'w' ? O_RDWR : O_RDONLY) |
				   O_CLOEXEC), args[2]);
}

static int do_fd_command(char **args)
{
	return give(atoi(args[0]), args[1]);
}

static int do_traceme(char **args)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : 0;
}

/* map NAME: loads a table of nothing but errors for the mapped device. */
static int do_map(char **args)
{
	static const struct dm_target errors = { 8, "error", "" };

	return -dm_command(DM_TABLE_LOAD, args[0], 0, &errors, NULL);
}

/* message NAME TEXT: to the first target of the mapped device */
static int do_message(char **args)
{
	struct {
		struct dm_ioctl head;
		struct dm_target_msg where;
		char text[64];
	} arg = {
		.head = {
			.version = { DM_VERSION_MAJOR, 0, 0 },
			.data_size = sizeof(arg),
			.data_start = sizeof(arg.head),
		},
	};
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);

	snprintf(arg.head.name, sizeof(arg.head.name), "%s", args[0]);
	snprintf(arg.text, sizeof(arg.text), "%s", args[1]);
	return ioctl(fd, DM_TARGET_MSG, &arg) ? errno : 0;
}

#define SPARE_BLOCK	131064		/* of 512 bytes, see bus_test.c */

/* scsi-write PATH: writes x to a block of the disk, past the kernel's own way to it. */
static int do_scsi_write(char **args)
{
	unsigned char block[512] = "x", sense[32];
	unsigned char command[10] = {
		0x2a, 0, 0, SPARE_BLOCK >> 16, SPARE_BLOCK >> 8 & 0xff,
		SPARE_BLOCK & 0xff, 0, 0, 1,
	};
	struct sg_io_hdr io = {
		.interface_id = 'S',
		.dxfer_direction = SG_DXFER_TO_DEV,
		.cmdp = command,
		.cmd_len = sizeof(command),
		.dxferp = block,
		.dxfer_len = sizeof(block),
		.sbp = sense,
		.mx_sb_len = sizeof(sense),
		.timeout = 10000,
	};
	int fd = open(args[0], O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		fd = open(args[0], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return BROKEN;
	if (ioctl(fd, SG_IO, &io))
		return errno;
	return io.status || io.host_status || io.driver_status ? BROKEN : 0;
}

/* nvme-write PATH: the same. */
static int do_nvme_write(char **args)
{
	static char block[512] __attribute__((aligned(512))) = "x";
	struct nvme_passthru_cmd command = {
		.opcode = 1,
		.nsid = 1,
		.addr = (unsigned long)block,
		.data_len = sizeof(block),
		.cdw10 = SPARE_BLOCK,
	};
	int fd = open(args[0], O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return BROKEN;
	ret = ioctl(fd, NVME_IOCTL_IO_CMD, &command);
	return ret < 0 ? errno : ret ? BROKEN : 0;
}

/* nvme-uring PATH: the same by io_uring, on a character device. */
static int do_nvme_uring(char **args)
{
	static char block[512] __attribute__((aligned(512))) = "x";
	const struct nvme_uring_cmd command = {
		.opcode = 1,
		.nsid = 1,
		.addr = (unsigned long)block,
		.data_len = sizeof(block),
		.cdw10 = SPARE_BLOCK,
	};
	struct io_uring_sqe request[2] = { {
		.opcode = IORING_OP_URING_CMD,
		.fd = open(args[0], O_RDONLY | O_CLOEXEC),
		.cmd_op = NVME_URING_CMD_IO,
	} };
	int ret;

	if (request[0].fd < 0)
		return BROKEN;
	memcpy(request[0].cmd, &command, sizeof(command));
	ret = uring_submit_large(request);
	return ret < 0 ? -ret : ret ? BROKEN : 0;
}

/* traced VERB ARG...: does it when its parent traces it. */
static int do_traced(char **args)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? errno : do_words(args);
}

/*
 * temporary DIR HOW [PROGRAM]: reads what it has written to a file without a name,
 * 1: which has got one, 2: after PROGRAM has opened it for writing, 3: as PROGRAM
 */
static int do_temporary(char **args)
{
	char c, here[64], there[256], number[16];
	int fd = open(args[0], O_TMPFILE | O_RDWR, 0600);
	int how = atoi(args[1]);
	pid_t pid;

	if (fd < 0 || write(fd, "x", 1) != 1)
		return BROKEN;
	snprintf(here, sizeof(here), "/proc/self/fd/%d", fd);
	snprintf(there, sizeof(there), "%s/named", args[0]);
	snprintf(number, sizeof(number), "%d", fd);
	if (how == 1 && linkat(AT_FDCWD, here, AT_FDCWD, there,
			       AT_SYMLINK_FOLLOW))
		return BROKEN;
	if (how == 3) {
		execl(args[2], args[2], "fd-read", number, NULL);
		return BROKEN;
	}
	if (how == 2) {
		pid = fork();
		if (!pid) {
			execl(args[2], args[2], "fd-append", number, NULL);
			_exit(BROKEN);
		}
		if (wait_for(pid))
			return BROKEN;
	}
	return pread(fd, &c, 1, 0) < 0 ? errno : c == 'x' ? 0 : BROKEN;
}

#define HUGE	(2UL << 20)

/* huge-pages FD: makes executable memory from huge pages, or of the file */
static int do_huge_pages(char **args)
{
	const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
	int fd = atoi(args[0]) ? memfd_create("huge", MFD_HUGETLB) : -1;
	char *p;

	if (fd >= 0 && ftruncate(fd, HUGE))
		return BROKEN;
	p = mmap(NULL, HUGE, all, fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS |
		 MAP_HUGETLB : MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return errno;
	*p = 1;
	return mprotect(p, HUGE, PROT_READ) ||
	       mprotect(p, HUGE, PROT_READ | PROT_EXEC) ? errno : 0;
}

/* stopped VERB ARG...: does it once somebody lets it go on. */
static int do_stopped(char **args)
{
	return raise(SIGSTOP) ? errno : do_words(args);
}

/* watch SAMPLE: watches whatever runs on the first processor */
static int do_watch(char **args)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = 100000,
		.sample_type = strtoul(args[0], NULL, 0),
		.sample_stack_user = 4096,
		.sample_regs_user = 1 << 7,
		.exclude_kernel = 1,
	};

	return syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0) < 0 ? errno :
								       0;
}

/* dump: ends with a dump of its memory, as far as it can bring that about. */
static int do_dump(char **args)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_CORE, &all) || prctl(PR_SET_DUMPABLE, 1))
		return errno;
	abort();
}

/* Tells on standard output that it runs, and waits to be killed. */
static int do_pause(char **args)
{
	if (write(STDOUT_FILENO, "!", 1) != 1)
		return errno;
	for (;;)
		pause();
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **args);
} verbs[] = {
	{ "ok", 0, do_ok },
	{ "exit", 1, do_exit },
	{ "read", 1, do_read },
	{ "open", 1, do_open },
	{ "open-alone", 1, do_open_alone },
	{ "command", 3, do_command },
	{ "fd-command", 2, do_fd_command },
	{ "put", 2, do_put },
	{ "mark", 1, do_mark },
	{ "root", 0, do_root },
	{ "root-group", 0, do_root_group },
	{ "net-raw", 0, do_net_raw },
	{ "secure", 0, do_secure },
	{ "exec", 1, do_exec },
	{ "try", 3, do_try },
	{ "with", 2, do_with },
	{ "send", 2, do_send },
	{ "load", 2, do_load },
	{ "state", 1, do_state },
	{ "fd-write", 2, do_fd_write },
	{ "fd-read", 1, do_fd_read },
	{ "fd-map", 1, do_fd_map },
	{ "fd-send", 1, do_fd_send },
	{ "fd-splice", 1, do_fd_splice },
	{ "fd-uring", 1, do_fd_uring },
	{ "fd-open", 1, do_fd_open },
	{ "fd-append", 1, do_fd_append },
	{ "fd-load", 3, do_fd_load },
	{ "fork", 1, do_fork },
	{ "share", 1, do_share },
	{ "unshare", 1, do_unshare },
	{ "give-keyring", 0, do_give_keyring },
	{ "take-keyring", 2, do_take_keyring },
	{ "msr", 1, do_msr },
	{ "raw-after", 1, do_raw_after },
	{ "kexec", 1, do_kexec },
	{ "add-disk", 2, do_add_disk },
	{ "remove-disk", 2, do_remove_disk },
	{ "replace-disk", 2, do_replace_disk },
	{ "traceme", 0, do_traceme },
	{ "traced", 1, do_traced },
	{ "temporary", 2, do_temporary },
	{ "huge-pages", 1, do_huge_pages },
	{ "stopped", 1, do_stopped },
	{ "watch", 1, do_watch },
	{ "dump", 0, do_dump },
	{ "map", 1, do_map },
	{ "message", 2, do_message },
	{ "scsi-write", 1, do_scsi_write },
	{ "nvme-write", 1, do_nvme_write },
	{ "nvme-uring", 1, do_nvme_uring },
	{ "pause", 0, do_pause },
};

static int do_verb(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 0 && i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(argv[0], verbs[i].name) && argc > verbs[i].args)
			return verbs[i].run(argv + 1);
	return 255;
}

static int do_words(char **args)
{
	int count = 0;

	while (args[count])
		count++;
	return do_verb(count, args);
}

/* An interpreter gets the paths of files first. */
int main(int argc, char **argv)
{
	int skip = 1;

	while (skip < argc - 1 && *argv[skip] == '/')
		skip++;
	return do_verb(argc - skip, argv + skip);
}
