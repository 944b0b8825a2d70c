// A BMC by ipmitool.

#include "provisioner/machine/metal/ipmi_bmc.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/metal/ipmi_text.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t longest_password = 20;  // IPMI 2.0, 22.30
constexpr const char* wrong_password = "RAKP 2 HMAC is invalid";
constexpr const char* wrong_user = "unauthorized name";

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

std::string last_line(const std::string& text) {
  const auto lines = base::lines_of(base::trim(text));
  return lines.empty() ? "" : base::escape_for_terminal(lines.back());
}

const char* word_of(PowerVerb verb) {
  switch (verb) {
    case PowerVerb::on:
      return "on";
    case PowerVerb::off:
      return "off";
    case PowerVerb::soft:
      return "soft";
  }
  return "";
}

}  // namespace

IpmiBmc::IpmiBmc(inventory::BmcAddress address, Login login, bool boots_uefi, Pace pace,
                 std::function<bool()> is_stopped)
    : address_(std::move(address)),
      login_(std::move(login)),
      boots_uefi_(boots_uefi),
      pace_(std::move(pace)),
      is_stopped_(std::move(is_stopped)) {
  if (login_.password.reveal().size() > longest_password)
    throw Error(Kind::input, "the password of the BMC is longer than IPMI's 20 bytes")
        .set_hint("give the BMC a shorter one, or reach it by redfish://");
}

std::vector<std::string> IpmiBmc::argv(const std::string& password_file) const {
  return {"ipmitool", "-I", "lanplus",    "-H", address_.host,
          "-p",       address_.port.empty() ? "623" : address_.port,
          "-U",       login_.user, "-f", password_file,
          "-C",       std::to_string(address_.cipher)};
}

// What ipmitool says where it comes to no session, or the BMC to no answer.
Error IpmiBmc::failure(const std::vector<std::string>& words, const std::string& said) const {
  const std::string bmc = "the BMC at " + address_.authority();
  if (says(said, wrong_password) || says(said, wrong_user))
    return Error(Kind::refused, bmc + " does not take this user and password")
        .set_hint(
            "see bmc.user and bmc.password_file; it was not tried again, which would lock us out");
  if (says(said, "invalid authentication algorithm") || says(said, "no matching cipher suite"))
    return Error(Kind::refused,
                 bmc + " does not speak cipher suite " + std::to_string(address_.cipher))
        .set_hint("an older one is chosen by its address: ipmi://" + address_.authority() +
                  "?cipher=3");
  if (says(said, "Unable to establish") || says(said, "Address lookup"))
    return Error(Kind::unreachable, bmc + " does not answer");
  if (says(said, "Node busy") || says(said, "No response from remote"))
    return Error(Kind::unreachable, bmc + " is busy: " + last_line(said));
  return Error(Kind::failed, bmc + " does not do '" + base::join(words, " ") +
                                 "': " + last_line(said));
}

std::string IpmiBmc::say(const std::vector<std::string>& words, Deadline deadline) const {
  const os::Instant end = os::system_clock().now() + deadline;
  const Pace::Turn turn = pace_.turn(deadline);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - os::system_clock().now());
  os::Command command{.argv = argv("/dev/stdin"),
                      .input = std::string(login_.password.reveal()) + "\n",
                      .environment = {{"LC_ALL", "C"}},
                      .deadline = std::max(std::chrono::milliseconds(1), left),
                      .ends_with_us = true,  // or it would switch a machine minutes later
                      .is_stopped = is_stopped_};
  // A lost packet is said again each second, until the deadline; why there is no session is said
  // with -v alone, which changes what the tables of -c look like.
  const long tries = std::max(1L, static_cast<long>(left.count() / 1000));
  for (const std::string& word : {std::string("-N"), std::string("1"), std::string("-R"),
                                  std::to_string(tries)})
    command.argv.push_back(word);
  if (words.front() != "-c") command.argv.push_back("-v");
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  const os::CommandResult result = os::run(command);
  if (result.is_timed_out)
    throw Error(Kind::unreachable, "the BMC at " + address_.authority() + " does not answer");
  if (result.status != 0) throw failure(words, result.err);
  return result.out;
}

Power IpmiBmc::power(Deadline deadline) {
  return read_power(say({"chassis", "power", "status"}, deadline));
}

void IpmiBmc::ask(PowerVerb verb, Deadline deadline) {
  say({"chassis", "power", word_of(verb)}, deadline);
}

std::optional<BootDevice> IpmiBmc::next_boot(Deadline deadline) {
  return read_boot_device(say({"chassis", "bootparam", "get", "5"}, deadline));
}

void IpmiBmc::ask_next_boot(BootDevice device, Deadline deadline) {
  std::vector<std::string> words = {"chassis", "bootdev", std::string(name_of(device))};
  if (boots_uefi_) words.emplace_back("options=efiboot");
  say(words, deadline);
}

Identity IpmiBmc::identity(Deadline deadline) {
  const os::Instant end = os::system_clock().now() + deadline;
  const std::string controller = say({"mc", "info"}, deadline);
  Identity identity{.manufacturer = line_value(controller, "Manufacturer Name"),
                    .model = {},
                    .serial = {},
                    .firmware = line_value(controller, "Firmware Revision")};
  const auto left = std::chrono::ceil<Deadline>(end - os::system_clock().now());
  try {
    const std::string machine = say({"fru", "print", "0"}, left);
    identity.model = line_value(machine, "Product Name");
    identity.serial = line_value(machine, "Product Serial");
    if (const auto maker = line_value(machine, "Product Manufacturer"); !maker.empty())
      identity.manufacturer = maker;
  } catch (const Error& error) {
    if (error.kind() != Kind::failed) throw;  // else it has no record of its machine
  }
  return identity;
}

std::vector<Sensor> IpmiBmc::sensors(Deadline deadline) {
  return read_sensors(say({"-c", "sdr", "list"}, deadline));
}

std::vector<LogEntry> IpmiBmc::event_log(Deadline deadline) {
  return read_event_log(say({"-c", "sel", "list"}, deadline));
}

ConsoleCommand IpmiBmc::console() {
  std::vector<std::string> words = argv("/dev/fd/3");
  words.emplace_back("sol");
  words.emplace_back("activate");
  return {std::move(words), login_.password};
}

std::optional<ConsoleFeed> IpmiBmc::console_feed() {
  const auto words = [this](const char* verb) {
    std::vector<std::string> all = argv("/dev/stdin");
    all.insert(all.end(), {"sol", verb});
    return all;
  };
  return ConsoleFeed{.argv = words("activate"),
                     .password = login_.password,
                     .is_there = "[SOL Session operational",
                     .farewell = "~.",
                     .release = words("deactivate"),
                     .last_words = {wrong_password, wrong_user},
                     .rest = std::max(std::chrono::milliseconds(1'000), address_.pause)};
}

}  // namespace provisioner::metal
