module example.com/adviceheld

go 1.27
