/*
 * LD_PRELOAD layer for power-cut.test.ts: every change that the process makes to a file below DISK_LOG_ROOT happens as usual and is
 * appended to DISK_LOG, in order. From that log disk.ts computes what a disk may hold when the power is cut at any moment. One lock is
 * held over each call and its entry, so that the log's order is the order in which the changes happened.
 *
 * An entry is one line, followed by the written bytes for W:
 *   C path           created          T path size      truncated         W path offset length   written
 *   S path           fsync of a file or folder         R from to         renamed                U path   removed
 *   D path           folder created
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *path_of[MOST_FILES];
static int log_file = -1;
static char root[1024];
static size_t root_length;

#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static void start(void) {
  if (log_file >= 0) return;
  const char *file = getenv("DISK_LOG"), *below = getenv("DISK_LOG_ROOT");
  if (!file || !below) abort();
  root_length = (size_t)snprintf(root, sizeof root, "%s", below);
  log_file = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) abort();
}

/* The path below the root ("." for the root itself); NULL for a path elsewhere. */
static const char *below_root(const char *path) {
  start();
  if (strncmp(path, root, root_length)) return NULL;
  if (path[root_length] == 0) return ".";
  return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

static const char *path_of_file(int fd) { return fd >= 0 && fd < MOST_FILES ? path_of[fd] : NULL; }

static void append(const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    long done = syscall(SYS_write, log_file, at, length);
    if (done < 0) abort();
    at += done;
    length -= (size_t)done;
  }
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...) {
  char line[4096];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  append(line, (size_t)length);
}

static int opened(int fd, const char *path, int flags, int was_there, long long size_before) {
  const char *name = below_root(path);
  if (fd < 0 || fd >= MOST_FILES) return fd;
  free(path_of[fd]);
  path_of[fd] = name ? strdup(name) : NULL;
  if (!name || (flags & O_ACCMODE) == O_RDONLY) return fd;
  if (!was_there) note("C %s\n", name);
  else if ((flags & O_TRUNC) && size_before > 0) note("T %s 0\n", name);
  return fd;
}

static int open_any(const char *path, int flags, mode_t mode) {
  struct stat before;
  pthread_mutex_lock(&lock);
  int was_there = fstatat(AT_FDCWD, path, &before, 0) == 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  int error = errno;
  opened(fd, path, flags, was_there, was_there ? before.st_size : 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define MODE_OF(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list values; \
    va_start(values, flags); \
    mode = va_arg(values, mode_t); \
    va_end(values); \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_any(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE_OF(flags)
  return open_any(path, flags | O_LARGEFILE, mode);
}

int close(int fd) {
  REAL(int, "close", int);
  pthread_mutex_lock(&lock);
  if (fd >= 0 && fd < MOST_FILES) {
    free(path_of[fd]);
    path_of[fd] = NULL;
  }
  int result = real(fd);
  pthread_mutex_unlock(&lock);
  return result;
}

/* `offset` is -1 for a write at the file's position. */
static void written(int fd, const struct iovec *parts, int count, long long offset, long long done) {
  const char *name = path_of_file(fd);
  if (!name || done <= 0) return;
  long long at = offset >= 0 ? offset : (long long)lseek(fd, 0, SEEK_CUR) - done;
  note("W %s %lld %lld\n", name, at, done);
  for (int part = 0; part < count && done > 0; part++) {
    size_t length = (long long)parts[part].iov_len < done ? parts[part].iov_len : (size_t)done;
    append(parts[part].iov_base, length);
    done -= (long long)length;
  }
}

#define WRITE(call, parts, count, offset) \
  pthread_mutex_lock(&lock); \
  ssize_t done = call; \
  int error = errno; \
  written(fd, parts, count, offset, done); \
  pthread_mutex_unlock(&lock); \
  errno = error; \
  return done

ssize_t write(int fd, const void *bytes, size_t length) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (!path_of_file(fd)) return real(fd, bytes, length);
  struct iovec part = {(void *)bytes, length};
  WRITE(real(fd, bytes, length), &part, 1, -1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  if (!path_of_file(fd)) return real(fd, parts, count);
  WRITE(real(fd, parts, count), parts, count, -1);
}
static ssize_t pwrite_any(int fd, const void *bytes, size_t length, off64_t offset) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  if (!path_of_file(fd)) return real(fd, bytes, length, offset);
  struct iovec part = {(void *)bytes, length};
  WRITE(real(fd, bytes, length, offset), &part, 1, offset);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite_any(fd, bytes, length, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return pwrite_any(fd, bytes, length, offset);
}
static ssize_t pwritev_any(int fd, const struct iovec *parts, int count, off64_t offset) {
  REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off64_t);
  if (!path_of_file(fd)) return real(fd, parts, count, offset);
  WRITE(real(fd, parts, count, offset), parts, count, offset);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return pwritev_any(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return pwritev_any(fd, parts, count, offset);
}

/* A call that returns 0 when it has changed something. */
#define CHANGE(call, ...) \
  pthread_mutex_lock(&lock); \
  int result = call; \
  int error = errno; \
  if (result == 0) note(__VA_ARGS__); \
  pthread_mutex_unlock(&lock); \
  errno = error; \
  return result

int fsync(int fd) {
  REAL(int, "fsync", int);
  const char *name = path_of_file(fd);
  if (!name) return real(fd);
  CHANGE(real(fd), "S %s\n", name);
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  const char *name = path_of_file(fd);
  if (!name) return real(fd);
  CHANGE(real(fd), "S %s\n", name);
}
static int ftruncate_any(int fd, off64_t size) {
  REAL(int, "ftruncate64", int, off64_t);
  const char *name = path_of_file(fd);
  if (!name) return real(fd, size);
  CHANGE(real(fd, size), "T %s %lld\n", name, (long long)size);
}
int ftruncate(int fd, off_t size) { return ftruncate_any(fd, size); }
int ftruncate64(int fd, off64_t size) { return ftruncate_any(fd, size); }

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  const char *before = below_root(from), *after = below_root(to);
  if (!before || !after) return real(from, to);
  CHANGE(real(from, to), "R %s %s\n", before, after);
}
int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  const char *name = below_root(path);
  if (!name) return real(path);
  CHANGE(real(path), "U %s\n", name);
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  const char *name = below_root(path);
  if (!name) return real(path, mode);
  CHANGE(real(path, mode), "D %s\n", name);
}
