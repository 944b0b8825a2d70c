// One request in a process of its own.

#include "provisioner/node/agent/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/host/local_host.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::agent {
namespace {

wire::Outcome failure(const std::string& message) {
  wire::Outcome outcome;
  outcome.ending = wire::Ending::failed;
  outcome.result = value::Dict{{"msg", message}, {"failed", true}};
  return outcome;
}

wire::Outcome perform(const wire::Request& request, const std::string& blob_directory) {
  const modules::Module* module = modules::find_module(request.module);
  if (module == nullptr) return failure("this agent has no module '" + request.module + "'");
  host::LocalHostOptions options;
  options.blob_directory = blob_directory;
  options.environment = request.environment;
  options.deadline = request.deadline;
  const auto host = host::make_local_host(std::move(options));
  const auto differences = request.diff ? modules::Differences::wanted : modules::Differences::left_out;
  return modules::run_module(*module, *host, request.arguments, request.check, differences);
}

// The child's whole life. Whatever goes wrong is an outcome, or the end of the pipe.
[[noreturn]] void live(const wire::Request& request, const std::string& blob_directory, int output) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a supervisor that is killed leaves nobody behind
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::signal(signal, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, 0);
  ::dup2(nothing, 1);
  ::umask(022);
  wire::Outcome outcome;
  try {
    outcome = perform(request, blob_directory);
  } catch (const base::Error& error) {
    outcome = failure(error.message());
  } catch (const std::exception& error) {
    outcome = failure(std::string("the agent failed: ") + error.what());
  }
  const std::string bytes = value::write_cbor(wire::to_value(outcome));
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t count = ::write(output, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  ::_exit(0);
}

}  // namespace

Worker start_worker(const wire::Request& request, const std::string& blob_directory) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw base::Error(base::Kind::failed, std::string("the node gives no pipe: ") + std::strerror(errno));
  os::Descriptor read(ends[0]), write(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) throw base::Error(base::Kind::failed, std::string("the node gives no process: ") + std::strerror(errno));
  if (pid == 0) live(request, blob_directory, write.number());
  ::setpgid(pid, pid);  // also here: whoever is first
  Worker worker;
  worker.pid = pid;
  worker.output = std::move(read);
  ::fcntl(worker.output.number(), F_SETFL, O_NONBLOCK);
  worker.module = request.module;
  worker.started = os::system_clock().now();
  worker.told = worker.started;
  worker.deadline = request.deadline.count() > 0 ? worker.started + request.deadline : os::Instant::max();
  return worker;
}

}  // namespace provisioner::agent
