// A machine in libvirt's words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {
namespace {

using testing::HasSubstr;

Machine machine_of_size(int memory_mib, int processors) {
  Machine machine;
  machine.name = "n01";
  machine.memory_mib = memory_mib;
  machine.processors = processors;
  return machine;
}

std::string described(const Machine& machine) {
  return domain_xml(machine, "provlab0", "/lab/n01", BootDevice::disk);
}

TEST(DomainXml, HasTheMachinesSize) {
  const std::string text = described(machine_of_size(3072, 2));

  EXPECT_THAT(text, HasSubstr("<memory unit='MiB'>3072</memory><vcpu>2</vcpu>"));
}

TEST(DomainXml, LeavesRoomForTranslationsByTheMachinesMemory) {
  EXPECT_THAT(described(machine_of_size(512, 1)), HasSubstr("<tb-cache unit='MiB'>256</tb-cache>"));
  EXPECT_THAT(described(machine_of_size(1500, 1)),
              HasSubstr("<tb-cache unit='MiB'>750</tb-cache>"));
  EXPECT_THAT(described(machine_of_size(8192, 1)),
              HasSubstr("<tb-cache unit='MiB'>1024</tb-cache>"));
}

}  // namespace
}  // namespace provisioner::lab
