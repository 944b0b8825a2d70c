// The program of the controller.

#include "provisioner/front/cli/program.h"

int main(int count, char** arguments) {
  return provisioner::cli::run_program(std::vector<std::string>(arguments + 1, arguments + count));
}
