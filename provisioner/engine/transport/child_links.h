#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "provisioner/engine/transport/child_stream.h"

namespace provisioner::transport {

// A link whose commands are programs of the controller: `prefix` and then the command as one word.
class ChildLink : public Link {
 public:
  ChildLink(std::vector<std::string> prefix, bool is_local)
      : prefix_(std::move(prefix)), is_local_(is_local) {}

  std::unique_ptr<Stream> start(const std::string& command) override;
  void add_waits(std::vector<pollfd>& waits) const override;
  bool is_local() const override { return is_local_; }

 private:
  class Watched;
  std::vector<std::string> prefix_;
  bool is_local_;
  std::list<const ChildStream*> streams_;
};

// The `ssh` program makes the connection, one a command.
struct ProgramRequest {
  std::string node;
  std::vector<std::string> words;  // up to and with the host's name
  std::string known_hosts;  // the only host keys it may believe; empty: as its configuration says
};
std::unique_ptr<Link> make_program_link(ProgramRequest request);

}  // namespace provisioner::transport
