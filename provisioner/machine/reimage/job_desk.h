#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/host_keys.h"
#include "provisioner/base/store/node_records.h"
#include "provisioner/machine/image/boot_desk.h"
#include "provisioner/machine/image/boot_refusals.h"
#include "provisioner/machine/metal/life_cycle.h"
#include "provisioner/machine/reimage/boot_order.h"
#include "provisioner/machine/reimage/rack_peers.h"

namespace provisioner::reimage {

// The boot service's desk over the store: which nodes have a job, what each of them is told, and
// what they said. It decides nothing that was not approved: it hands out orders of jobs, once a
// token. Any thread.
//
// Where racks share, each answer to a node that writes names its peers, and one that is done may
// serve those that are not (docs/bare-metal.md).
class JobDesk : public image::BootDesk {
 public:
  using PublicFile = std::function<std::optional<std::string>(const std::string& digest)>;

  enum class Racks : std::uint8_t { apart, sharing };

  JobDesk(const std::string& state_directory, std::string server, PublicFile public_file,
          Racks racks = Racks::apart);
  ~JobDesk() override;

  std::vector<image::ArmedNode> armed() override;
  http::Answer boot_script(const std::string& token, const std::string& peer) override;
  http::Answer report(const std::string& stage, const std::string& token, const std::string& body,
                      const std::string& peer) override;
  std::optional<std::string> public_file(const std::string& digest) override;
  void gave(const std::string& peer, std::uint64_t bytes) override;
  void saw(const std::string& whom, const std::string& source, const std::string& text) override;
  void refused(const std::string& peer, const std::string& what,
               const std::string& because) override;

 private:
  struct Report;  // one that came with a good token
  store::TokenUse use(const std::string& token, const std::string& stage, const std::string& peer);
  value::Dict answer_to(const Report& report);
  value::Dict booted(const Report& report);
  value::Dict writing(const Report& report);
  value::Dict installed(const Report& report);
  value::Dict failed(const Report& report);
  void name_peers(const Report& report, value::Dict& answer);
  value::Dict last_answer(const Report& report);
  void note_source(const Report& report);
  void count_gifts(const std::string& address);
  std::optional<std::uint64_t> gifts_of(const std::string& address);
  void give_up(const store::BootJob& job, const std::string& because,
               store::JobEnd end = store::JobEnd::other);
  void end_forgotten_jobs();
  bool is_forgotten(const store::BootJob& job, const std::optional<store::NodeState>& state) const;
  std::string trouble_of(const std::string& node) const;
  void finish_installed();
  void saw_stranger(const std::string& mac, const std::string& text);
  void note(const std::string& node, const std::string& source, const std::string& text);
  void move(const std::string& node, metal::Stage to, const std::string& detail);

  std::mutex mutex_;
  store::NodeRecords records_;
  store::BootJobs jobs_;
  store::HostKeyStore host_keys_;
  std::string server_;
  PublicFile public_file_;
  std::map<std::int64_t, std::string> boot_tokens_;  // by job: what DHCP gives out now
  std::map<std::string, std::string> nodes_;         // by MAC and address, as last armed
  std::map<std::string, store::WallTime> strangers_;  // by MAC: when they were last told
  Racks racks_;
  RackPeers peers_;
  image::BootRefusals refusals_;
  std::mutex given_mutex_;  // of `given_` alone: files do not wait for transactions
  std::map<std::string, std::uint64_t> given_;  // by address: bytes of files since it booted
};

}  // namespace provisioner::reimage
