#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/base/os/files.h"
#include "provisioner/engine/transport/connections.h"
#include "provisioner/engine/transport/host_key_policy.h"
#include "tests/support/ssh_server.h"

namespace provisioner::tests {

// Stands for a run: real connections, and what arrived of them. Every wait ends with an exception
// after a minute.
class Client {
 public:
  Client();
  explicit Client(transport::Connections::Options options);

  // To a server, by its key, whose host key is known.
  transport::Endpoint endpoint(const SshServer& server) const;
  transport::Access access(const SshServer& server);

  wire::TaskNumber submit(const transport::Endpoint& endpoint, const transport::Access& access,
                          wire::Request request);
  wire::TaskNumber submit_raw(const transport::Endpoint& endpoint, const transport::Access& access,
                              const std::string& command, const wire::Become& become = {},
                              std::chrono::milliseconds deadline = std::chrono::seconds(30));
  transport::Arrival last(wire::TaskNumber task);  // waits for it
  transport::Arrival::Progress progress(wire::TaskNumber task);

  // A whole call, told in words: "0: what it printed", or the text of the error; "unknown: " goes
  // before it where nobody knows whether it ran. Addresses and keys of servers stand under their
  // names.
  std::string raw(const transport::Endpoint& endpoint, const transport::Access& access,
                  const std::string& command, const wire::Become& become = {});
  std::string raw(const SshServer& server, const std::string& command);
  std::string shell(const transport::Endpoint& endpoint, const transport::Access& access,
                    const std::string& command, const wire::Become& become = {});
  std::string shell(const SshServer& server, const std::string& command);
  std::string told(wire::TaskNumber task);

  // In what is told, `text` reads as `name`.
  void call(const std::string& text, const std::string& name);

  std::string write(const std::string& name, const std::string& text);  // a file of ours: its path
  transport::Connections& connections();
  void close() { connections_.reset(); }  // as the end of a run does
  store::HostKeyStore& keys() { return keys_; }

 private:
  void take(transport::Arrival arrival);
  std::string renamed(std::string text) const;

  transport::Connections::Options options_;
  os::TemporaryDirectory directory_{"provisioner-client"};
  store::HostKeyStore keys_;
  std::unique_ptr<transport::HostKeyPolicy> policy_;  // made when first needed, as the next
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<wire::TaskNumber, transport::Arrival> last_;
  std::map<wire::TaskNumber, transport::Arrival::Progress> progress_;
  std::vector<std::pair<std::string, std::string>> names_;
  wire::TaskNumber next_ = 1;
  std::unique_ptr<transport::Connections> connections_;
};

wire::Request shell_request(const std::string& command);

}  // namespace provisioner::tests
