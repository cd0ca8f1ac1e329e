module example.com/advicesteps

go 1.27
