#pragma once

namespace provisioner::profile {

// What platforms are deployed of where the inventory names nothing else: Gen3's chart, and the
// branch of the fork of Phalanx.
inline constexpr const char* standard_gen3_chart = "0.3.90";
inline constexpr const char* standard_phalanx = "main";

}  // namespace provisioner::profile
