// Disks: reads past the cache, and nothing else.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/burnin/measures.h"

namespace provisioner::modules::burnin {
namespace {

constexpr std::size_t long_read = std::size_t{1} << 20, short_read = 4096;
constexpr std::uint64_t most_errors = 16;  // then enough is known
constexpr std::uint64_t millisecond = 1'000'000;

// The next place in a walk that comes everywhere.
std::uint64_t next_of(std::uint64_t place) {
  return place * 6364136223846793005 + 1442695040888963407;
}

// One read; what cannot be read is counted and passed over. Returns the bytes.
std::uint64_t read_once(int file, void* buffer, std::size_t length, std::uint64_t offset,
                        std::uint64_t& nanoseconds, Tally& tally) {
  const std::uint64_t start = now();
  const ssize_t count = ::pread(file, buffer, length, static_cast<off_t>(offset));
  const std::uint64_t took = now() - start;
  nanoseconds += took;
  tally.worst = std::max(tally.worst, took);
  if (count >= 0) return static_cast<std::uint64_t>(count);
  if (errno != EINTR) ++tally.errors;
  return 0;
}

void read_disk(const std::string& path, std::uint64_t half, std::uint64_t until, Tally& tally) {
  const os::Descriptor file(::open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
  const off_t end = file.is_open() ? ::lseek(file.number(), 0, SEEK_END) : -1;
  void* buffer = ::mmap(nullptr, long_read, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (end < 0 || buffer == MAP_FAILED) {
    tally.problem = errno;
    return;
  }
  const std::uint64_t longs = static_cast<std::uint64_t>(end) / long_read;
  const std::uint64_t shorts = static_cast<std::uint64_t>(end) / short_read;
  if (longs == 0) {
    tally.problem = ENODATA;  // too small to be read in order
    return;
  }
  for (std::uint64_t at = 0; now() < half && tally.errors < most_errors; ++at)
    tally.amount += read_once(file.number(), buffer, long_read, at % longs * long_read,
                              tally.nanoseconds, tally);
  for (std::uint64_t at = next_of(now()); now() < until && tally.errors < most_errors;
       at = next_of(at))
    tally.amount_aside += read_once(file.number(), buffer, short_read,
                                    (at >> 16) % shorts * short_read, tally.nanoseconds_aside,
                                    tally) / short_read;
}

std::string problem_of(const Tally& tally) {
  if (tally.problem == ETIME) return "did not answer in time";
  if (tally.problem != 0) return std::strerror(tally.problem);
  return tally.is_finished ? "" : "reading was ended";
}

}  // namespace

value::List measure_disks(const std::vector<std::string>& paths, Seconds bound) {
  const std::uint64_t start = now(), time = nanoseconds_of(bound);
  const std::vector<Tally> tallies =
      run_crew(paths.size(), bound, [&](std::size_t number, Tally& tally) {
        read_disk(paths[number], start + time / 2, start + time, tally);
      });
  value::List disks;
  for (std::size_t at = 0; at < paths.size(); ++at) {
    const Tally& tally = tallies[at];
    value::Dict disk =
        numbers({{"mib_s", mib_per_second(tally.amount, tally.nanoseconds)},
                 {"reads_s", per_second(tally.amount_aside, tally.nanoseconds_aside)},
                 {"worst_ms", static_cast<std::int64_t>(tally.worst / millisecond)},
                 {"errors", static_cast<std::int64_t>(tally.errors)}});
    disk.set("name", paths[at].substr(paths[at].rfind('/') + 1));
    disk.set("is_stuck", tally.problem == ETIME);
    disk.set("problem", problem_of(tally));
    disks.emplace_back(std::move(disk));
  }
  return disks;
}

}  // namespace provisioner::modules::burnin
