module example.com/parcaserver

go 1.21

require github.com/parca-dev/parca v0.21.0
