module example.com/advicemade

go 1.27
