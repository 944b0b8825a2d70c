#pragma once

#include <string>

#include "provisioner/base/os/files.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/node_records.h"

namespace provisioner::cli {

// A machine that no inventory knows, while it may boot into the RAM disk to tell its hardware: in
// the store under its MAC address. When this goes, it may boot no more, and nothing but its flight
// recorder is left; so it is, at the next visit, after a process that was killed.
class Visit {
 public:
  // `address` is its own while it boots: "10.78.0.121/24". Throws Error(refused) where another
  // process waits for it, another boot job has its MAC or address, or no boot service is at work.
  Visit(const std::string& mac, const std::string& address, const std::string& images);
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit();

  // Throws Error(failed) where nobody has switched it on for twenty minutes, or its job was ended;
  // Error(refused) where the boot service has ended, Error(stopped) after a signal.
  value::Value await_facts();

 private:
  void leave();
  void begin(const std::string& address, const std::string& images);

  std::string mac_;
  os::Descriptor held_;
  store::NodeRecords records_;
  store::BootJobs jobs_;
};

}  // namespace provisioner::cli
