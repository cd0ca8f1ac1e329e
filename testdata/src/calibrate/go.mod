module example.com/calibrate

go 1.24
