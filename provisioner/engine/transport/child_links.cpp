// The local machine, and nodes behind the `ssh` program.

#include "provisioner/engine/transport/child_links.h"

namespace provisioner::transport {

// A stream that its link knows of for as long as it lives.
class ChildLink::Watched : public ChildStream {
 public:
  Watched(const std::vector<std::string>& argv, std::list<const ChildStream*>& streams)
      : ChildStream(argv), streams_(streams) {
    streams_.push_back(this);
  }
  ~Watched() override { streams_.remove(this); }

 private:
  std::list<const ChildStream*>& streams_;
};

std::unique_ptr<Stream> ChildLink::start(const std::string& command) {
  std::vector<std::string> argv = prefix_;
  argv.push_back(command);
  return std::make_unique<Watched>(argv, streams_);
}

void ChildLink::add_waits(std::vector<pollfd>& waits) const {
  for (const ChildStream* stream : streams_) stream->add_waits(waits);
}

namespace {

constexpr int no_connection_made = 255;  // ssh(1), EXIT STATUS

class ProgramLink : public ChildLink {
 public:
  ProgramLink(std::string node, const std::vector<std::string>& words,
              std::optional<os::TemporaryDirectory> known_hosts)
      : ChildLink(words, false), node_(std::move(node)), known_hosts_(std::move(known_hosts)) {}

  std::optional<base::Error> no_connection(int status, const std::string& said) const override {
    if (status != no_connection_made) return std::nullopt;
    return base::Error(base::Kind::unreachable,
                       node_ + ": the ssh program has no connection (status 255)" +
                           (said.empty() ? "" : ": " + shown(said)))
        .set_hint("if it is about the host key: provisioner hostkeys scan " + node_ +
                  "; else try it by hand: ssh -v with the same options");
  }

 private:
  std::string node_;
  std::optional<os::TemporaryDirectory> known_hosts_;
};

}  // namespace

std::unique_ptr<Link> make_program_link(ProgramRequest request) {
  std::optional<os::TemporaryDirectory> directory;
  if (!request.known_hosts.empty()) {
    directory.emplace("provisioner-known-hosts");
    const std::string path = directory->path() + "/known_hosts";
    os::write_file(path, request.known_hosts, 0600);
    const std::vector<std::string> files = {"-o", "UserKnownHostsFile=" + path, "-o",
                                            "GlobalKnownHostsFile=/dev/null"};
    request.words.insert(request.words.begin() + 1, files.begin(), files.end());
  }
  return std::make_unique<ProgramLink>(request.node, request.words, std::move(directory));
}

std::unique_ptr<Link> make_local_link() {
  return std::make_unique<ChildLink>(std::vector<std::string>{"/bin/sh", "-c"}, true);
}

}  // namespace provisioner::transport
