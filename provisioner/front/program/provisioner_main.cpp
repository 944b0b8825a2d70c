// The program of the controller.

#include <signal.h>

#include "provisioner/base/os/process.h"
#include "provisioner/front/program/program.h"

namespace {

// What we wait for (an inventory script, a lookup) does not outlive us.
extern "C" void end_with_program(int signal) {
  provisioner::os::stop_running_program();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

int main(int count, char** arguments) {
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, end_with_program);
  if (::signal(SIGHUP, SIG_IGN) != SIG_IGN) ::signal(SIGHUP, end_with_program);  // nohup
  return provisioner::program::run_program(
      std::vector<std::string>(arguments + 1, arguments + count));
}
