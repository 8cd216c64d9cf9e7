"""What those need who keep an installation running: is it there, can it work, how does it do (docs/adr/0011)."""
