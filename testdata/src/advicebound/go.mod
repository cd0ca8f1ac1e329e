module example.com/advicebound

go 1.27
