/* Says a line per second, as many as the message says (default 10). Alone in its image: no shell, no library. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
    const char *message = getenv("MSG");
    long count = message ? strtol(message, NULL, 10) : 10;
    if (count <= 0)
        count = 10;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (long i = 1; i <= count; i++) {
        printf("%ld of %ld\n", i, count);
        if (i < count)
            sleep(1);
    }
    return 0;
}
