#include "CProcess.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// What ends or suspends a process that does not handle it, and comes from a keyboard, a shell or a terminal that goes away.
static const int handled[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
enum { handled_count = sizeof handled / sizeof *handled };

// Written before the handlers are installed, and only read by them.
static int terminal_in_use = -1;
static const char *prompt_in_use;
static struct termios shown, hidden;
static struct sigaction before[handled_count];

static void show_prompt(void) {
    ssize_t written = write(terminal_in_use, prompt_in_use, strlen(prompt_in_use));
    (void)written;
}

/// Has the default happen to this process now, although the signal is being handled.
static void take_default(int number) {
    struct sigaction action = {.sa_handler = SIG_DFL}, ours;
    sigaction(number, &action, &ours);
    sigset_t set, blocked;
    sigemptyset(&set);
    sigaddset(&set, number);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &set, &blocked);
    // Only a process that was suspended comes here, once it is told to go on.
    pthread_sigmask(SIG_SETMASK, &blocked, NULL);
    sigaction(number, &ours, NULL);
}

// POSIX lists all that is called here among what a handler may call (tcsetattr too).
static void handle(int number) {
    int saved = errno;
    tcsetattr(terminal_in_use, TCSANOW, &shown);
    take_default(number);
    tcsetattr(terminal_in_use, TCSAFLUSH, &hidden);
    show_prompt();
    errno = saved;
}

int fex_hide_typing(int terminal, const char *prompt) {
    if (tcgetattr(terminal, &shown) != 0) return -1;
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    terminal_in_use = terminal;
    prompt_in_use = prompt;
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (int i = 0; i < handled_count; i++) {
        sigaction(handled[i], NULL, &before[i]);
        // What the parent has this process ignore stays ignored.
        if (before[i].sa_handler != SIG_IGN) sigaction(handled[i], &action, NULL);
    }
    if (tcsetattr(terminal, TCSAFLUSH, &hidden) != 0) {
        int problem = errno;
        fex_show_typing();
        errno = problem;
        return -1;
    }
    show_prompt();
    return 0;
}

void fex_show_typing(void) {
    tcsetattr(terminal_in_use, TCSAFLUSH, &shown);
    for (int i = 0; i < handled_count; i++) sigaction(handled[i], &before[i], NULL);
}
