// The process that holds a pod's namespaces: sleeps, and reaps what a pod's other processes leave behind when they share
// its process namespace, where it is process 1.
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal) {
  (void)signal;
  _exit(0);
}

static void reap(int signal) {
  (void)signal;
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
}

int main(int count, char** arguments) {
  // `kubeadm upgrade` starts a job of this image to see whether jobs work, and waits for it to end.
  for (int i = 1; i < count; i++) {
    if (strcmp(arguments[i], "-v") == 0) {
      puts("pause of a lab");
      return 0;
    }
  }
  // Process 1 is not ended by a signal that it has no handler for.
  const struct sigaction ending = {.sa_handler = end};
  const struct sigaction reaping = {.sa_handler = reap, .sa_flags = SA_NOCLDSTOP};
  sigaction(SIGINT, &ending, NULL);
  sigaction(SIGTERM, &ending, NULL);
  sigaction(SIGCHLD, &reaping, NULL);
  for (;;) pause();
}
