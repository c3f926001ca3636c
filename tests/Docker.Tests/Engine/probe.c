// What the tests need inside a container and a shell cannot do. Static, so that it also runs FROM scratch.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return 1;
}

// args ...: the arguments, the working directory and the message, a line each.
static int show(int count, char **words) {
    char here[4096];
    for (int i = 0; i < count; i++)
        printf("[%s]\n", words[i]);
    printf("in %s\n", getcwd(here, sizeof here) ? here : "?");
    printf("MSG=%s\n", getenv("MSG") ? getenv("MSG") : "");
    return 0;
}

// send COUNT BYTES: so many results at once, each beginning with its number; the program ends with the last one.
static int send_results(int count, size_t bytes) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/_abaco_results.sock"};
    int out = socket(AF_UNIX, SOCK_DGRAM, 0);
    int room = 1 << 20;
    char *text = malloc(bytes + 32);
    setsockopt(out, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (connect(out, (struct sockaddr *)&address, sizeof address) != 0)
        return fail("connect");
    for (int i = 0; i < count; i++) {
        memset(text, '.', bytes);
        size_t written = (size_t)snprintf(text, bytes > 0 ? bytes : 1, "%d ", i);
        if (written < bytes)
            text[written] = '.';
        if (send(out, text, bytes, 0) != (ssize_t)bytes)
            return fail("send");
    }
    return 0;
}

// read: copies the binary message to stdout as the samples' Python does: opened without blocking, an empty or failed read is the end.
static int read_message(void) {
    static char part[65536];
    int in = open("/_abaco_binary_data", O_RDONLY | O_NONBLOCK);
    if (in < 0)
        return fail("open");
    for (ssize_t got; (got = read(in, part, sizeof part)) > 0;)
        if (fwrite(part, 1, (size_t)got, stdout) != (size_t)got)
            return fail("write");
    return 0;
}

// burn MILLISECONDS: so much CPU time, by the process's own clock.
static int burn(long milliseconds) {
    struct timespec used;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < milliseconds);
    return 0;
}

// eat MEGABYTES: takes and touches memory.
static int eat(size_t megabytes) {
    for (size_t i = 0; i < megabytes; i++) {
        char *piece = malloc(1 << 20);
        if (piece == NULL)
            return fail("malloc");
        memset(piece, 1, 1 << 20);
    }
    puts("ate it");
    return 0;
}

// forks MOST: children that wait, until no more may be made; says how many there were.
static int forks(int most) {
    int made = 0;
    for (; made < most; made++) {
        pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0)
            for (;;)
                pause();
    }
    printf("%d children\n", made);
    return 0;
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "args";
    int number = count > 2 ? atoi(words[2]) : 0;
    if (strcmp(what, "send") == 0)
        return send_results(number, count > 3 ? (size_t)atol(words[3]) : 0);
    if (strcmp(what, "read") == 0)
        return read_message();
    if (strcmp(what, "burn") == 0)
        return burn(number);
    if (strcmp(what, "eat") == 0)
        return eat((size_t)number);
    if (strcmp(what, "forks") == 0)
        return forks(number);
    return show(count, words);
}
