#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "provisioner/node/disks/disk.h"

namespace provisioner::disks {

// The power went: nothing after it happens.
struct PowerCut {};

// A disk in memory. What is written is in its cache until it is synced; at a power cut each sector
// of it may have reached the medium or not. It can be told to lose power, to fail, and to lie.
class FakeDisk : public Disk {
 public:
  explicit FakeDisk(std::string content, unsigned seed = 1)
      : medium(std::move(content)), cache_(medium), random_(seed) {}

  std::uint64_t size() const override { return medium.size(); }
  std::uint64_t sector_size() const override { return sector; }
  std::string_view read(std::uint64_t offset, std::uint64_t length) override;
  void write(std::uint64_t offset, std::string_view bytes) override;
  void write_zeros(std::uint64_t offset, std::uint64_t length) override;
  void sync() override;

  std::string medium;  // what is there after the power went
  std::uint64_t sector = 512;
  int steps = 0;                              // writes and syncs so far
  std::optional<int> cut_at;                  // the step at which the power goes
  std::optional<int> fails_at;                // the step that fails
  std::optional<std::uint64_t> flips_bit_at;  // of what is written over this byte
  std::uint64_t bytes_written = 0;

 private:
  void step();

  struct Stretch {
    std::uint64_t offset = 0, length = 0;
  };
  std::string cache_;
  std::string seen_;  // what was read last, spoilt by the next call
  std::vector<Stretch> unsynced_;
  std::mt19937 random_;
};

}  // namespace provisioner::disks
