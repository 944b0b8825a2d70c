// One machine's part in bringing an image to its rack.
#include "provisioner/node/fetch/rack_share.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "provisioner/base/base/error.h"

namespace provisioner::fetch {
namespace {

using base::Error;
using std::chrono::milliseconds;

constexpr milliseconds glance{100};
constexpr std::int64_t whole = 1000;  // thousandths

std::int64_t number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

// The chunk that the files up to this part of them end before.
std::size_t chunk_at(const chunk::Manifest& manifest, std::int64_t thousandths) {
  std::uint64_t all = 0, before = 0;
  for (const chunk::Chunk& chunk : manifest.chunks) all += chunk.file_size;
  const std::uint64_t wanted = all / whole * static_cast<std::uint64_t>(thousandths);
  std::size_t at = 0;
  while (at + 1 < manifest.chunks.size() && before < wanted)
    before += manifest.chunks[at++].file_size;
  return at;
}

}  // namespace

RackShare::RackShare(Settings settings)
    : settings_(std::move(settings)),
      shelf_(settings_.most_bytes),
      peers_(settings_.patience, settings_.say) {}

void RackShare::heed(const value::Value& answer) {
  const value::Value* peers = answer.find("peers");
  if (peers == nullptr || !peers->is_list() || (has_begun_ && !is_sharing_)) return;
  std::vector<std::string> urls;
  for (const value::Value& url : peers->list())
    if (url.is_string()) urls.push_back(url.text());
  peers_.name(std::move(urls));
  if (is_sharing_) return;
  is_sharing_ = true;
  start_ = std::clamp<std::int64_t>(value::integer_or(answer, "start", 0), 0, whole - 1);
  begin_to_serve();
}

void RackShare::begin_to_serve() {
  try {
    server_.emplace(ChunkServer::Settings{.address = settings_.address}, shelf_);
  } catch (const Error& error) {
    settings_.say("nothing is given to the rack: " + error.message());
  }
}

void RackShare::add_to(value::Dict& report) const {
  if (!server_) return;
  const std::lock_guard guard(mutex_);
  if (files_.empty()) return;
  report.set("rack", value::Dict{{"port", server_->port()},
                                 {"chunks", number(files_.size())},
                                 {"first", number(first_)},
                                 {"kept", number(kept_)},
                                 {"next", number(next_)},
                                 {"taken", number(from_peers_)},
                                 {"given", number(server_->bytes_sent())}});
}

std::size_t RackShare::begin(const chunk::Manifest& manifest) {
  has_begun_ = true;
  if (!is_sharing_) return 0;
  const std::lock_guard guard(mutex_);
  files_.clear();
  for (const chunk::Chunk& chunk : manifest.chunks) files_.push_back(chunk.file);
  first_ = next_ = chunk_at(manifest, start_);
  kept_ = 0;
  return first_;
}

std::string RackShare::file(const std::string& digest, std::uint64_t size,
                            const LastResort& last_resort) {
  if (!is_sharing_) return last_resort();
  const bool is_again = std::exchange(asked_, digest) == digest;
  if (is_again && is_of_peer_) peers_.drop_giver();
  std::optional<std::string> given = is_again ? std::nullopt : peers_.file(digest, size);
  is_of_peer_ = given.has_value();
  if (given) return std::move(*given);
  shelf_.expect(digest);
  return last_resort();
}

void RackShare::took(const std::string& digest, std::string file) {
  if (!is_sharing_) return;
  asked_.clear();
  const std::uint64_t size = file.size();
  const bool is_kept = server_ && shelf_.keep(digest, std::move(file));
  const std::lock_guard guard(mutex_);
  (is_of_peer_ ? from_peers_ : from_service_) += size;
  advance(digest, is_kept);
}

// Chunks are taken in their order, from the first to the one before it. What is passed over was on
// the disk already: then the shelf has a gap, and only what comes after it counts.
void RackShare::advance(const std::string& digest, bool is_kept) {
  for (std::size_t steps = 0; steps < files_.size(); ++steps) {
    const std::string& passed = files_[next_];
    const bool is_here = passed == digest;
    if (!is_here && !passed.empty() && !shelf_.find(passed)) {
      first_ = (next_ + 1) % files_.size();
      kept_ = 0;
    } else if ((!is_here || is_kept) && kept_ == (next_ + files_.size() - first_) % files_.size()) {
      ++kept_;
    }
    next_ = (next_ + 1) % files_.size();
    if (is_here) return;
  }
}

void RackShare::serve(std::chrono::seconds most) {
  if (!server_) return;
  const os::Clock& clock = os::system_clock();
  const os::Instant begun = clock.now(), end = begun + most;
  while (clock.now() < end &&
         clock.now() - std::max(begun, server_->last_sent()) < settings_.idle)
    std::this_thread::sleep_for(glance);
  const std::lock_guard guard(mutex_);
  settings_.say(fmt::format("of the image {} bytes came from the rack, {} from the boot service; "
                            "{} bytes were given to the rack",
                            from_peers_, from_service_, server_->bytes_sent()));
}

}  // namespace provisioner::fetch
