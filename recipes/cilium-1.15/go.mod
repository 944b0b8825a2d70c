module recipes/cilium

go 1.23.0

require github.com/cilium/cilium v1.15.19

replace go.universe.tf/metallb => github.com/cilium/metallb v0.1.1-0.20220829170633-5d7dfb1129f7
