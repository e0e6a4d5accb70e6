// Tries what code in a sandbox must not be able to do, and prints of each "name refused ERRNO" or "name ALLOWED".
// Built statically by the tests: gcc -static -O1 -o probes probes.c
// Arguments: pid of a process of the host, port of a listener on the host's loopback, file of the host.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <grp.h>

static void told(const char *name, long result) {
  int error = errno;
  if (result >= 0)
    printf("%s ALLOWED\n", name);
  else
    printf("%s refused %s\n", name, strerrorname_np(error) ? strerrorname_np(error) : "?");
  fflush(stdout);
}

#define TRY(name, call) do { errno = 0; long r_ = (long)(call); told(name, r_); } while (0)

static long opens(const char *path, int flags) {
  int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) close(fd);
  return fd;
}

static long writes(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  long r = write(fd, text, strlen(text));
  int error = errno;
  close(fd);
  errno = error;
  return r;
}

static long creates(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) { close(fd); unlink(path); }
  return fd;
}

static long unix_connect(const char *path) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return -1;
  strncpy(to.sun_path, path, sizeof to.sun_path - 1);
  long r = connect(fd, (struct sockaddr *)&to, sizeof to);
  int error = errno;
  close(fd);
  errno = error;
  return r;
}

static long ip_connect(const char *address, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return -1;
  inet_pton(AF_INET, address, &to.sin_addr);
  struct timeval wait = {2, 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  long r = connect(fd, (struct sockaddr *)&to, sizeof to);
  int error = errno;
  close(fd);
  errno = error;
  return r;
}

static long udp_send(const char *address) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return -1;
  inet_pton(AF_INET, address, &to.sin_addr);
  long r = sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to);
  int error = errno;
  close(fd);
  errno = error;
  return r;
}

static long mounts_setuid(void) { // a program of our own with the set-user-id bit, owned by root
  int fd = open("/work/suid", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  if (fd < 0) return -1;
  long r = fchown(fd, 0, 0);
  int error = errno;
  close(fd);
  errno = error;
  return r;
}

static long stops_init(void) { // killing process 1 must not be possible for the code it looks after
  pid_t before = getppid();
  (void)before;
  if (kill(1, SIGSTOP) < 0) return -1;
  struct stat s;
  usleep(100000);
  // a process 1 that guards a namespace ignores signals from inside: that is a refusal too
  char state[256] = "";
  int fd = open("/proc/1/stat", O_RDONLY);
  if (fd >= 0) { long n = read(fd, state, sizeof state - 1); (void)n; close(fd); }
  (void)s;
  char *after = strrchr(state, ')');
  if (after && after[2] != 'T') { errno = EPERM; return -1; }
  return 0;
}

static long nobody_here(pid_t pid) { return kill(pid, 0); }

static long raises(int what) {
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  return setrlimit(what, &limit);
}

static long core_size(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_CORE, &limit);
  if (limit.rlim_max == 0) { errno = EPERM; return -1; }
  return 0;
}

static long new_interface(void) {
  struct { struct nlmsghdr h; char body[64]; } ask = {{.nlmsg_len = 32, .nlmsg_type = 16, .nlmsg_flags = 0x605}, {0}};
  int fd = socket(AF_NETLINK, SOCK_RAW, 0);
  if (fd < 0) return -1;
  char answer[512];
  if (send(fd, &ask, ask.h.nlmsg_len, 0) < 0) return -1;
  long n = recv(fd, answer, sizeof answer, 0);
  close(fd);
  if (n < 20) return -1;
  int error = *(int *)(answer + 16);
  errno = -error;
  return error ? -1 : 0;
}

static long other_interfaces(void) { // anything but loopback
  struct if_nameindex *all = if_nameindex();
  if (!all) return -1;
  long found = -1;
  for (struct if_nameindex *i = all; i->if_index; i++)
    if (strcmp(i->if_name, "lo")) {
      // tunnels that the kernel makes in every namespace are down and lead nowhere
      int fd = socket(AF_INET, SOCK_DGRAM, 0);
      struct ifreq ask = {0};
      strncpy(ask.ifr_name, i->if_name, IFNAMSIZ - 1);
      if (ioctl(fd, SIOCGIFFLAGS, &ask) == 0 && (ask.ifr_flags & IFF_UP)) found = 0;
      close(fd);
    }
  errno = ENODEV;
  return found;
}

static long capable(void) {
  unsigned header[2] = {0x20080522, 0}, data[6] = {0};
  syscall(SYS_capget, header, data);
  for (int i = 0; i < 6; i++) if (data[i]) return 0;
  for (int i = 0; i < 41; i++) if (prctl(PR_CAPBSET_READ, i) > 0) return 1;
  errno = EPERM;
  return -1;
}

static long gets_privileges(void) {
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) { errno = EPERM; return -1; }
  return 0;
}

static long unfiltered(void) {
  if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2) { errno = EPERM; return -1; }
  return 0;
}

static long is_root(void) {
  gid_t groups[64];
  int count = getgroups(64, groups);
  for (int i = 0; i < count; i++)
    if (groups[i] != getgid()) return 0; // engines put the group itself among the further ones
  if (getuid() == 0 || geteuid() == 0 || getgid() == 0) return 0;
  errno = EPERM;
  return -1;
}

static long clones(unsigned long flags) {
  long r = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (r == 0) _exit(0);
  if (r > 0) waitpid(r, 0, 0);
  return r;
}

static long stops_time(void) {
  struct timeval now;
  gettimeofday(&now, 0);
  return syscall(SYS_settimeofday, &now, 0);
}

static long sets_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return syscall(SYS_clock_settime, CLOCK_REALTIME, &now);
}

static long links(const char *from) {
  long r = link(from, "/work/linked");
  if (r == 0) unlink("/work/linked");
  return r;
}

static long drops_caches(void) { return writes("/proc/sys/vm/drop_caches", "0\n"); }

int main(int argc, char **argv) {
  pid_t host = argc > 1 ? atoi(argv[1]) : 1;
  int port = argc > 2 ? atoi(argv[2]) : 80;
  const char *file = argc > 3 ? argv[3] : "/etc/shadow";
  char path[4096];
  signal(SIGSYS, SIG_DFL);

  TRY("root", is_root());
  TRY("capabilities", capable());
  TRY("new-privileges", gets_privileges());
  TRY("no-filter", unfiltered());
  TRY("setuid", setuid(0));
  TRY("setgid", setgid(0));
  gid_t zero = 0;
  TRY("setgroups", setgroups(1, &zero));
  TRY("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
  TRY("setuid-file", mounts_setuid());
  TRY("file-capability", setxattr("/work/suid", "security.capability", "\1\0\0\2\0\0\40\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, 0));
  TRY("mount", mount("none", "/work", "tmpfs", 0, 0));
  TRY("remount", mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0));
  TRY("bind", mount("/", "/work", 0, MS_BIND | MS_REC, 0));
  TRY("mount-proc", mount("proc", "/tmp", "proc", 0, 0));
  TRY("mount-cgroup", mount("cgroup", "/tmp", "cgroup", 0, "rdma"));
  TRY("umount", umount2("/proc", MNT_DETACH));
  TRY("pivot-root", syscall(SYS_pivot_root, "/work", "/work"));
  TRY("chroot", chroot("/work"));
  TRY("open-tree", syscall(428, AT_FDCWD, "/", 1));
  TRY("move-mount", syscall(429, AT_FDCWD, "/tmp", AT_FDCWD, "/work", 0));
  TRY("fsopen", syscall(430, "tmpfs", 0));
  TRY("mount-setattr", syscall(442, AT_FDCWD, "/", 0, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32));
  TRY("unshare-user", unshare(CLONE_NEWUSER));
  TRY("unshare-mount", unshare(CLONE_NEWNS));
  TRY("unshare-network", unshare(CLONE_NEWNET));
  TRY("clone-user", clones(CLONE_NEWUSER));
  TRY("clone-pid", clones(CLONE_NEWPID));
  TRY("clone3", syscall(435, "\0\0\0\20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 64));
  int own = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
  TRY("setns", own < 0 ? -1 : setns(own, CLONE_NEWNS));
  int self = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  TRY("nsenter", setns(self, CLONE_NEWNET));
  TRY("ptrace", syscall(SYS_ptrace, 16, 1, 0, 0));
  TRY("ptrace-me", syscall(SYS_ptrace, 0, 0, 0, 0));
  char byte;
  struct { void *at; size_t length; } local = {&byte, 1}, remote = {&byte, 1};
  TRY("read-memory", syscall(SYS_process_vm_readv, 1, &local, 1, &remote, 1, 0));
  TRY("write-memory", syscall(SYS_process_vm_writev, 1, &local, 1, &remote, 1, 0));
  snprintf(path, sizeof path, "/proc/%d/mem", host);
  TRY("memory-of-host", opens(path, O_RDONLY));
  TRY("kcmp", syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0));
  TRY("pidfd-getfd", syscall(438, 0, 0, 0));
  TRY("process-madvise", syscall(440, 0, 0, 0, 0, 0));
  TRY("add-key", syscall(SYS_add_key, "user", "probe", "x", 1, -3));
  TRY("request-key", syscall(SYS_request_key, "user", "probe", 0, 0));
  TRY("keyctl", syscall(SYS_keyctl, 0, -3, 0, 0, 0));
  TRY("bpf", syscall(SYS_bpf, 0, "\1\0\0\0\4\0\0\0\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 48));
  char event[128] = {1, 0, 0, 0, 112};
  TRY("perf", syscall(SYS_perf_event_open, event, 0, -1, -1, 0));
  TRY("userfaultfd", syscall(SYS_userfaultfd, 1));
  char ring[120] = {0};
  TRY("io-uring", syscall(425, 1, ring));
  TRY("fanotify", syscall(SYS_fanotify_init, 0, 0));
  TRY("init-module", syscall(SYS_init_module, ring, 1, ""));
  TRY("finit-module", syscall(SYS_finit_module, 0, "", 0));
  TRY("delete-module", syscall(SYS_delete_module, "none", 0));
  TRY("kexec", syscall(SYS_kexec_load, 0, 0, 0, 0));
  TRY("kexec-file", syscall(SYS_kexec_file_load, -1, -1, 0, 0, 4));
  char handle[136] = {8, 0, 0, 0, 1};
  TRY("name-to-handle", syscall(SYS_name_to_handle_at, AT_FDCWD, "/", handle, ring, 0));
  TRY("open-by-handle", syscall(SYS_open_by_handle_at, AT_FDCWD, handle, 0));
  TRY("swapon", syscall(SYS_swapon, "/work/suid", 0));
  TRY("swapoff", syscall(SYS_swapoff, "/dev/none"));
  TRY("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0, 0));
  TRY("acct", acct("/work/suid"));
  TRY("syslog", syscall(SYS_syslog, 10, 0, 0));
  TRY("quotactl", syscall(SYS_quotactl, 0x800001 << 8, 0, 0, 0));
  TRY("settimeofday", stops_time());
  TRY("clock-settime", sets_clock());
  TRY("sethostname", sethostname("probe", 5));
  TRY("setdomainname", setdomainname("probe", 5));
  TRY("vhangup", syscall(SYS_vhangup));
#ifdef __x86_64__
  TRY("iopl", syscall(SYS_iopl, 3));
  TRY("ioperm", syscall(SYS_ioperm, 0x80, 1, 1));
#endif
  TRY("mknod-block", mknod("/work/block", S_IFBLK | 0600, makedev(8, 0)));
  TRY("mknod-memory", mknod("/work/memory", S_IFCHR | 0600, makedev(1, 1)));
  TRY("dev-mem", opens("/dev/mem", O_RDONLY));
  TRY("dev-kmsg", opens("/dev/kmsg", O_RDONLY));
  TRY("dev-kvm", opens("/dev/kvm", O_RDONLY));
  TRY("dev-sda", opens("/dev/sda", O_RDONLY));
  TRY("dev-vda", opens("/dev/vda", O_RDONLY));
  TRY("dev-fuse", opens("/dev/fuse", O_RDONLY));
  TRY("dev-net-tun", opens("/dev/net/tun", O_RDONLY));
  TRY("write-root", creates("/probe"));
  TRY("write-etc", creates("/etc/probe"));
  TRY("write-bin", creates("/bin/probe"));
  TRY("write-dev", creates("/dev/probe"));
  TRY("write-usr", creates("/usr/probe"));
  TRY("write-sysrq", writes("/proc/sysrq-trigger", "h"));
  TRY("write-core-pattern", writes("/proc/sys/kernel/core_pattern", "core"));
  TRY("write-hostname", writes("/proc/sys/kernel/hostname", "probe"));
  TRY("write-forward", writes("/proc/sys/net/ipv4/ip_forward", "1"));
  TRY("write-caches", drops_caches());
  TRY("write-oom", writes("/proc/self/oom_score_adj", "-1000"));
  TRY("read-kcore", opens("/proc/kcore", O_RDONLY) >= 0 && writes("/proc/kcore", "") < 0 ? ({ char b; int f = open("/proc/kcore", O_RDONLY); long n = read(f, &b, 1); close(f); if (n == 0) { errno = ENODATA; n = -1; } n; }) : -1);
  TRY("read-kmsg", opens("/proc/kmsg", O_RDONLY));
  TRY("release-agent", writes("/sys/fs/cgroup/release_agent", "/work/suid"));
  TRY("release-agent-rdma", writes("/sys/fs/cgroup/rdma/release_agent", "/work/suid"));
  TRY("cgroup-memory", creates("/sys/fs/cgroup/memory/probe"));
  TRY("cgroup-folder", mkdir("/sys/fs/cgroup/probe", 0700));
  TRY("cgroup-leave", writes("/sys/fs/cgroup/cgroup.procs", "0"));
  TRY("cgroup-limit", writes("/sys/fs/cgroup/memory/memory.limit_in_bytes", "-1"));
  TRY("uevent-helper", writes("/sys/kernel/uevent_helper", "/work/suid"));
  TRY("firmware", opens("/sys/firmware/acpi/tables/DSDT", O_RDONLY));
  TRY("host-file", opens(file, O_RDONLY));
  snprintf(path, sizeof path, "/proc/1/root%s", file);
  TRY("root-of-init", opens(path, O_RDONLY));
  snprintf(path, sizeof path, "/proc/%d/root%s", host, file);
  TRY("root-of-host", opens(path, O_RDONLY));
  snprintf(path, sizeof path, "/proc/self/cwd/../../../../..%s", file);
  TRY("dots-to-host", opens(path, O_RDONLY));
  TRY("shadow", opens("/etc/shadow", O_RDONLY));
  TRY("engine-socket", unix_connect("/var/run/docker.sock"));
  TRY("engine-socket-run", unix_connect("/run/docker.sock"));
  TRY("containerd-socket", unix_connect("/run/containerd/containerd.sock"));
  TRY("bus-socket", unix_connect("/run/dbus/system_bus_socket"));
  TRY("packet-socket", socket(AF_PACKET, SOCK_RAW, htons(3)));
  TRY("raw-socket", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
  TRY("vsock", socket(40, SOCK_STREAM, 0));
  TRY("kernel-crypto", socket(38, SOCK_SEQPACKET, 0));
  TRY("bluetooth", socket(31, SOCK_RAW, 1));
  TRY("host-listener", ip_connect("127.0.0.1", port));
  TRY("gateway", ip_connect("172.17.0.1", port));
  TRY("metadata-service", ip_connect("169.254.169.254", 80));
  TRY("internet", ip_connect("1.1.1.1", 443));
  TRY("datagram", udp_send("8.8.8.8"));
  TRY("interfaces", other_interfaces());
  TRY("new-interface", new_interface());
  TRY("signal-to-host", nobody_here(host));
  TRY("stop-init", stops_init());
  TRY("core-dump", core_size());
  TRY("raise-core", raises(RLIMIT_CORE));
  TRY("raise-files", raises(RLIMIT_NOFILE));
  TRY("raise-file-size", raises(RLIMIT_FSIZE));
  errno = 0;
  TRY("nice", setpriority(PRIO_PROCESS, 0, -20));
  struct sched_param first = {.sched_priority = 50};
  TRY("realtime", sched_setscheduler(0, SCHED_FIFO, &first));
  TRY("type-into-terminal", ioctl(0, TIOCSTI, "x"));
  TRY("link-to-passwd", links("/etc/passwd"));
  TRY("link-to-program", links("/bin/sh"));
  return 0;
}
