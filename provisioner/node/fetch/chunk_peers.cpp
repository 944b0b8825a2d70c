// Chunk files from machines of the same rack.
#include "provisioner/node/fetch/chunk_peers.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::fetch {
namespace {

using base::Error;

constexpr std::size_t most_peers = 3;
constexpr int given = 200, not_there = 404, busy = 429;

}  // namespace

void ChunkPeers::name(std::vector<std::string> urls) {
  if (urls.size() > most_peers) urls.resize(most_peers);
  const std::lock_guard guard(mutex_);
  urls_ = std::move(urls);
}

// Whoever gave the last file has the next one, most likely.
std::vector<std::string> ChunkPeers::in_order() {
  std::unique_lock guard(mutex_);
  std::vector<std::string> urls = urls_;
  guard.unlock();
  std::erase_if(urls, [this](const std::string& url) { return dropped_.contains(url); });
  const auto giver = std::ranges::find(urls, giver_);
  if (giver != urls.end()) std::rotate(urls.begin(), giver, giver + 1);
  std::erase_if(clients_, [&](const auto& one) {
    return std::ranges::find(urls, one.first) == urls.end();
  });
  return urls;
}

// Null for a URL that is none.
HttpClient* ChunkPeers::client_of(const std::string& url) {
  const auto known = clients_.find(url);
  if (known != clients_.end()) return &known->second;
  HttpClient::Settings settings;
  settings.patience = settings.silence = patience_;
  try {
    return &clients_.emplace(url, HttpClient(url, settings)).first->second;
  } catch (const Error& error) {
    drop(url, error.message());
    return nullptr;
  }
}

std::optional<std::string> ChunkPeers::file(const std::string& digest, std::uint64_t size) {
  for (const std::string& url : in_order()) {
    HttpClient* const client = client_of(url);
    if (client == nullptr) continue;
    try {
      HttpClient::Answer answer = client->get("/files/" + digest, size);
      if (answer.status == given) {
        giver_ = url;
        return std::move(answer.body);
      }
      if (answer.status != not_there && answer.status != busy)
        drop(url, fmt::format("it answers {}", answer.status));
    } catch (const Error& error) {
      drop(url, error.message());
    }
  }
  return std::nullopt;
}

void ChunkPeers::drop_giver() { drop(giver_, "it gives other bytes than it was asked for"); }

void ChunkPeers::drop(const std::string& url, const std::string& because) {
  dropped_.insert(url);
  clients_.erase(url);
  say_(fmt::format("'{}' is asked for no more chunks: {}", base::escape_for_terminal(url),
                   because));
}

}  // namespace provisioner::fetch
