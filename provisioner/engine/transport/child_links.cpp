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

std::unique_ptr<Link> make_local_link() {
  return std::make_unique<ChildLink>(std::vector<std::string>{"/bin/sh", "-c"}, true);
}

}  // namespace provisioner::transport
