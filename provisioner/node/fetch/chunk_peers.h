#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/node/fetch/http_client.h"

namespace provisioner::fetch {

// Other machines that may have chunk files. None of them is trusted: one that gives no answer
// within the patience, or a wrong one, or a file that is not its digest's, is never asked again.
// One that has not got a file yet, or too much to do, is asked for the next.
class ChunkPeers {
 public:
  using Say = std::function<void(const std::string&)>;

  ChunkPeers(std::chrono::milliseconds patience, Say say)
      : patience_(patience), say_(std::move(say)) {}

  // Whom to ask from now on, by URL; those beyond the first three are left out. Any thread.
  void name(std::vector<std::string> urls);

  // The bytes that one of them gives for a digest, unchecked; nullopt where nobody does. One
  // thread at a time, like the next.
  std::optional<std::string> file(const std::string& digest, std::uint64_t size);
  // What was given last was not what it should be.
  void drop_giver();

 private:
  std::vector<std::string> in_order();
  HttpClient* client_of(const std::string& url);
  void drop(const std::string& url, const std::string& because);

  const std::chrono::milliseconds patience_;
  const Say say_;
  std::mutex mutex_;
  std::vector<std::string> urls_;
  std::map<std::string, HttpClient> clients_;
  std::set<std::string> dropped_;
  std::string giver_;
};

}  // namespace provisioner::fetch
