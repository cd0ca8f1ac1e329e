module example.com/benchpairs

go 1.24
