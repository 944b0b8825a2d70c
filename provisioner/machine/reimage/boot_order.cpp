// Orders of boot jobs, and the boot script that follows from one.

#include "provisioner/machine/reimage/boot_order.h"

#include "provisioner/base/base/error.h"
#include "provisioner/machine/reimage/boot_forms.h"

namespace provisioner::reimage {
namespace {

using base::Error;
using base::Kind;

const std::string& shaped(const std::string& text, const char* form, const char* name) {
  if (!has_boot_form(text, form))
    throw Error(Kind::bug, "a boot script cannot hold this " + std::string(name));
  return text;
}

}  // namespace

value::Value to_value(const BootOrder& order) {
  return value::Dict{{"errand", order.errand == Errand::look ? "look" : "write"},
                     {"macs", value::List(order.macs.begin(), order.macs.end())},
                     {"address", order.address},
                     {"gateway", order.gateway},
                     {"rack", order.rack},
                     {"kernel", order.kernel},
                     {"ram_disk", order.ram_disk},
                     {"arguments", order.arguments},
                     {"listens", order.listens},
                     {"deploy", order.deploy}};
}

BootOrder order_of(const value::Value& written) {
  const value::Value* macs = written.find("macs");
  const value::Value* deploy = written.find("deploy");
  if (macs == nullptr || !macs->is_list() || deploy == nullptr)
    throw Error(Kind::bug, "a boot job's order is not one");
  BootOrder order{.errand = value::text_or(written, "errand", "") == "write" ? Errand::write
                                                                              : Errand::look,
                  .macs = {},
                  .address = value::text_or(written, "address", ""),
                  .gateway = value::text_or(written, "gateway", ""),
                  .rack = value::text_or(written, "rack", ""),
                  .kernel = value::text_or(written, "kernel", ""),
                  .ram_disk = value::text_or(written, "ram_disk", ""),
                  .arguments = value::text_or(written, "arguments", ""),
                  .listens = value::boolean_or(written, "listens", false),
                  .deploy = *deploy};
  for (const value::Value& mac : macs->list()) order.macs.push_back(mac.text());
  return order;
}

std::string boot_script(const BootOrder& order, const std::string& server,
                        const std::string& token) {
  const std::string files = shaped(server, "http://[0-9a-f.:\\[\\]]+", "server") + "/files/";
  std::string words = "initrd=ramdisk panic=5 provisioner.server=" + server +
                      " provisioner.token=" + shaped(token, "[0-9a-f]{32}", "token") +
                      " provisioner.mac=" + shaped(order.macs.front(), mac_form, "MAC") +
                      " provisioner.address=" + shaped(order.address, address_form, "address");
  if (!order.gateway.empty())
    words += " provisioner.gateway=" + shaped(order.gateway, gateway_form, "gateway");
  if (order.listens) words += " provisioner.look=lldp";
  // A word of its own: RAM disks that do not know it yet pass it by.
  if (order.errand == Errand::look) words += " provisioner.links=all";
  if (!order.arguments.empty())
    words += " " + shaped(order.arguments, kernel_words_form, "argument");
  return "#!ipxe\n"
         "kernel " + files + shaped(order.kernel, digest_form, "kernel") + " " + words + "\n"
         "initrd --name ramdisk " + files + shaped(order.ram_disk, digest_form, "RAM disk") + "\n"
         "boot\n";
}

}  // namespace provisioner::reimage
