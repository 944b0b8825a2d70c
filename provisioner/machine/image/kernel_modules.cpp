// Kernel modules and what they need.

#include "provisioner/machine/image/kernel_modules.h"

#include <map>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::image {
namespace {

// A dash and an underscore are the same in a module's name.
std::string name_of_path(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  return base::replace_all(file.substr(0, file.find(".ko")), "-", "_");
}

class Order {
 public:
  explicit Order(std::string_view modules_dep) {
    for (const std::string_view line : base::lines_of(modules_dep)) {
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      const std::string path(line.substr(0, colon));
      by_name_[name_of_path(path)] = path;
      for (const std::string& word : base::split(base::trim(line.substr(colon + 1)), ' '))
        if (!word.empty()) needs_[path].push_back(word);
    }
  }

  void add(const std::string& name) {
    const auto found = by_name_.find(base::replace_all(name, "-", "_"));
    if (found != by_name_.end()) add_path(found->second);
  }

  std::vector<std::string> take() { return std::move(paths_); }

 private:
  void add_path(const std::string& path) {
    if (!seen_.insert(path).second) return;
    // depmod writes what is to be loaded first at the end.
    const std::vector<std::string>& needs = needs_[path];
    for (auto need = needs.rbegin(); need != needs.rend(); ++need) add_path(*need);
    paths_.push_back(path);
  }

  std::map<std::string, std::string> by_name_;
  std::map<std::string, std::vector<std::string>> needs_;
  std::set<std::string> seen_;
  std::vector<std::string> paths_;
};

}  // namespace

const std::vector<std::string>& modules_for_metal() {
  static const std::vector<std::string> names = {
      // checksums: libcrc32c, below some links and file systems, asks for one when it is loaded,
      // and modules.dep does not tell that
      "crc32c_intel", "crc32c_generic",
      // virtual machines
      "virtio_pci", "virtio_blk", "virtio_scsi", "virtio_net", "virtio_rng", "virtio_console",
      // disks and their controllers
      "sd_mod", "ahci", "ata_piix", "nvme", "mpt3sas", "megaraid_sas", "aacraid", "hpsa",
      "smartpqi", "ses", "usb_storage", "uas", "xhci_pci", "ehci_pci",
      // links
      "af_packet", "e1000", "e1000e", "igb", "igc", "ixgbe", "i40e", "ice", "bnxt_en", "bnx2x",
      "tg3", "mlx4_en", "mlx5_core", "qede", "be2net", "r8169",
      // file systems and what is below them; not raid456, which measures for seconds how fast it is
      "ext4", "md_mod", "raid0", "raid1", "raid10", "vfat",
      "nls_cp437", "nls_ascii", "nls_iso8859_1", "efivarfs",
      // the BMC as the node sees it, the watchdog
      "ipmi_si", "ipmi_devintf", "ipmi_watchdog", "iTCO_wdt"};
  return names;
}

std::vector<std::string> modules_in_order(std::string_view modules_dep,
                                          const std::vector<std::string>& names) {
  Order order(modules_dep);
  for (const std::string& name : names) order.add(name);
  return order.take();
}

}  // namespace provisioner::image
