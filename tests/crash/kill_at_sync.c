/* Loaded into an agent by the crash test: ends the process, as SIGKILL does, right after the sync that the control
 * file names. SQLite syncs once for each commit, so that this walks a flow commit by commit without a word in the
 * product. The control file (KILL_AT_SYNC_FILE) holds a number: the process dies when that many syncs of the
 * write-ahead log have been counted. The count stands in KILL_AT_SYNC_COUNT as the file's length. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long count_of_syncs(void) {
    const char *path = getenv("KILL_AT_SYNC_COUNT");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0) return 0;
    if (write(file, ".", 1) != 1) _exit(99);
    long count = lseek(file, 0, SEEK_END);
    close(file);
    return count;
}

static int is_log(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}

static void count(int file) {
    if (!is_log(file)) return;
    long synced = count_of_syncs();
    char text[32] = "";
    const char *path = getenv("KILL_AT_SYNC_FILE");
    int control = path ? open(path, O_RDONLY) : -1;
    if (control < 0) return;
    ssize_t length = read(control, text, sizeof text - 1);
    close(control);
    if (length > 0 && synced >= atol(text)) kill(getpid(), SIGKILL);
}

int fdatasync(int file) {
    static int (*original)(int);
    if (!original) original = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int outcome = original(file);
    count(file);
    return outcome;
}

int fsync(int file) {
    static int (*original)(int);
    if (!original) original = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int outcome = original(file);
    count(file);
    return outcome;
}
