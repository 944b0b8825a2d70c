#pragma once

#include <list>

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

}  // namespace provisioner::transport
