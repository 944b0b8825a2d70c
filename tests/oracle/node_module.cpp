// The node half alone, for comparing it with ansible-core: reads lines of {"module", "arguments",
// "check", "diff", "directory"} and prints the result of each as a line of JSON. Changes the
// machine it runs on.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/host/local_host.h"
#include "provisioner/node/modules/module.h"

namespace {

using namespace provisioner;

value::Value answer(const std::string& line) {
  const value::Value call = value::read_json(line);
  const modules::Module* module = modules::find_module(value::text_or(call, "module", ""));
  if (module == nullptr) return value::Dict{{"failed", true}, {"msg", "there is no such module"}};
  const std::string directory = value::text_or(call, "directory", "/");
  if (chdir(directory.c_str()) != 0) throw host::io_error("enter", directory, errno);
  const auto host = host::make_local_host();
  const auto differences = value::boolean_or(call, "diff", false) ? modules::Differences::wanted
                                                                  : modules::Differences::left_out;
  const value::Value* arguments = call.find("arguments");
  return modules::run_module(*module, *host, arguments ? *arguments : value::Value(),
                             value::boolean_or(call, "check", false), differences)
      .result;
}

int answer_line(const std::string& line) {
  try {
    std::cout << value::write_json(answer(line)) << std::endl;
    return 0;
  } catch (const base::Error& error) {
    std::cerr << error.render() << '\n';
    return 1;
  }
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    // A process a call, as in the agent: backups are named by it.
    const pid_t child = fork();
    if (child == 0) return answer_line(line);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 1;
  }
}
