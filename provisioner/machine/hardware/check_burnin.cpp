// Burn-ins: what went wrong in them, and who is much slower than most.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "provisioner/language/inventory/same_disk.h"
#include "provisioner/machine/hardware/looked.h"
#include "provisioner/machine/hardware/units.h"

namespace provisioner::hardware {
namespace {

constexpr std::int64_t slow_percent = 80;  // of the middle

std::string in_burnin(const std::string& day, const std::string& what) {
  return "burn-in" + (day.empty() ? "" : " of " + day) + ": " + what;
}

// The disk as it was found, of the same identity; of the same name where it has none.
bool is_same_disk(const FoundDisk& found, const Burnin::Disk& loaded) {
  if (!loaded.wwn.empty() && !found.wwn.empty())
    return inventory::is_same_wwn(found.wwn, loaded.wwn);
  if (!loaded.serial.empty() && !found.serial.empty()) return found.serial == loaded.serial;
  return found.name == loaded.name;
}

const DiskPlace* place_of(const Looked& looked, const Burnin::Disk& loaded) {
  const auto place = std::ranges::find_if(looked.disks, [&](const DiskPlace& one) {
    return one.found != nullptr && is_same_disk(*one.found, loaded);
  });
  return place == looked.disks.end() ? nullptr : &*place;
}

void tell_disk_errors(Looked& looked) {
  for (const Burnin::Disk& loaded : looked.machine.burnin.disks) {
    const DiskPlace* place = place_of(looked, loaded);
    if (place == nullptr) continue;  // it has been taken out since
    if (loaded.is_stuck)
      looked.differences.add(place->part, in_burnin(loaded.day, "no answer in time"),
                             "an answer", Because::burnin);
    if (loaded.errors > 0)
      looked.differences.add(place->part,
                             in_burnin(loaded.day, counted(loaded.errors, "failed read")), "none",
                             Because::burnin);
  }
}

// One speed of one node; `kind` and `aspect` say which are compared.
struct Speed {
  std::string aspect, kind, part, day;
  std::int64_t amount = 0;
  std::string_view unit;
};

std::vector<Speed> speeds_of(const Looked& looked) {
  const Burnin& burnin = looked.machine.burnin;
  std::vector<Speed> speeds;
  if (burnin.memory)
    speeds.push_back({"memory", "", "memory", burnin.memory->day, burnin.memory->speed, "MiB/s"});
  if (burnin.processors) {
    const Burnin::Processors& cpu = *burnin.processors;
    speeds.push_back({"processors", "", "processors", cpu.day, cpu.rate, "Mop/s in all"});
    speeds.push_back(
        {"slowest", "", "processors", cpu.day, cpu.slowest, "Mop/s on the slowest core"});
  }
  for (const Burnin::Disk& disk : burnin.disks) {
    const DiskPlace* place = place_of(looked, disk);
    if (place == nullptr || !disk.problem.empty()) continue;
    const std::string& model = place->found->model;
    speeds.push_back({"in order", model, place->part, disk.day, disk.speed, "MiB/s"});
    speeds.push_back({"here and there", model, place->part, disk.day, disk.reads,
                      "reads/s here and there"});
  }
  if (!burnin.lines.empty()) {
    const std::string& day = burnin.lines.front().day;
    speeds.push_back({"sent", "", "network", day, burnin.best_sent(), "MiB/s sent"});
    speeds.push_back({"received", "", "network", day, burnin.best_received(), "MiB/s received"});
  }
  return speeds;
}

struct Sample {
  std::size_t node;
  Speed speed;
};

void tell_slow(std::vector<Looked>& all, const std::vector<Sample>& samples) {
  std::set<std::size_t> nodes;
  std::vector<std::int64_t> amounts;
  for (const Sample& sample : samples) {
    nodes.insert(sample.node);
    amounts.push_back(sample.speed.amount);
  }
  if (nodes.size() < fewest_peers) return;
  std::ranges::sort(amounts);
  const std::int64_t middle = amounts[amounts.size() / 2];
  for (const auto& [node, speed] : samples) {
    if (speed.amount * 100 >= middle * slow_percent) continue;
    all[node].differences.add(
        speed.part, in_burnin(speed.day, fmt::format("{} {}", speed.amount, speed.unit)),
        fmt::format("about {} (the middle of {})", middle, amounts.size()), Because::peers);
  }
}

}  // namespace

void check_burnin(Looked& looked) {
  const Burnin& burnin = looked.machine.burnin;
  if (burnin.memory && burnin.memory->errors > 0)
    looked.differences.add(
        "memory",
        in_burnin(burnin.memory->day,
                  fmt::format("{} read back wrong (bits {:#x})",
                              counted(burnin.memory->errors, "word"),
                              static_cast<std::uint64_t>(burnin.memory->wrong_bits))),
        "none", Because::burnin);
  if (burnin.processors && burnin.processors->errors > 0)
    looked.differences.add(
        "processors",
        in_burnin(burnin.processors->day,
                  fmt::format("{} on core {}", counted(burnin.processors->errors, "wrong result"),
                              burnin.processors->wrong_cores)),
        "none", Because::burnin);
  tell_disk_errors(looked);
}

void compare_burnins(std::vector<Looked>& all, const Peers& peers) {
  std::map<std::pair<std::string, std::string>, std::vector<Sample>> samples;
  for (const std::size_t at : peers)
    for (Speed& speed : speeds_of(all[at]))
      samples[{speed.aspect, speed.kind}].push_back({at, std::move(speed)});
  for (const auto& [compared, of_peers] : samples) tell_slow(all, of_peers);
}

}  // namespace provisioner::hardware
